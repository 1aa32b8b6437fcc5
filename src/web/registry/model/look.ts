// How the window looks: as the system asks, or as was chosen here. Kept in the browser's own storage; what is damaged there
// is as if it were not there.

export const looks = ['system', 'light', 'dark', 'contrast'] as const
export type Look = (typeof looks)[number]

export const lookWords: Readonly<Record<Look, string>> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
  contrast: 'High contrast',
}

const storageKey = 'parley.registry.look'

export function keptLook(storage: Pick<Storage, 'getItem'>): Look {
  const kept = storage.getItem(storageKey)
  return looks.find((look) => look === kept) ?? 'system'
}

/** Keeps a look and puts it on the page's root. */
export function applyLook(look: Look, root: Pick<HTMLElement, 'dataset'>, storage: Pick<Storage, 'setItem'>): void {
  storage.setItem(storageKey, look)
  const { dataset } = root
  delete dataset['theme']
  delete dataset['contrast']
  if (look === 'light' || look === 'dark') dataset['theme'] = look
  if (look === 'contrast') dataset['contrast'] = 'more'
}
