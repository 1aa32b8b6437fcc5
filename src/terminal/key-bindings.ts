// Keys, as readline and the shells have them, and what they do.

import type { EditLine } from './edit-line.ts'

/** Keys that edit the line: each is a method of {@link EditLine}. */
const editActions = [
  'left',
  'right',
  'wordLeft',
  'wordRight',
  'home',
  'end',
  'deleteBack',
  'deleteForward',
  'killWordBack',
  'killWordForward',
  'killToStart',
  'killToEnd',
  'yank',
  'transpose',
  'undo',
] as const satisfies readonly (keyof EditLine)[]
export type EditAction = (typeof editActions)[number]

export type KeyAction =
  | EditAction
  | 'enter'
  | 'newline'
  | 'complete'
  | 'completeBack'
  | 'interrupt'
  | 'endOrDelete'
  | 'suspend'
  | 'redraw'
  | 'older'
  | 'newer'
  | 'pasteStart'
  | 'pasteEnd'

export function isEditAction(action: KeyAction): action is EditAction {
  return (editActions as readonly KeyAction[]).includes(action)
}

/** What node:readline says about a key. */
export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean
  readonly meta?: boolean
  readonly shift?: boolean
  readonly sequence?: string
}

const plainKeys: Readonly<Record<string, KeyAction>> = {
  return: 'enter',
  enter: 'enter',
  tab: 'complete',
  left: 'left',
  right: 'right',
  up: 'older',
  down: 'newer',
  home: 'home',
  end: 'end',
  backspace: 'deleteBack',
  delete: 'deleteForward',
  'paste-start': 'pasteStart',
  'paste-end': 'pasteEnd',
}
const controlKeys: Readonly<Record<string, KeyAction>> = {
  a: 'home',
  b: 'left',
  c: 'interrupt',
  d: 'endOrDelete',
  e: 'end',
  f: 'right',
  h: 'deleteBack',
  k: 'killToEnd',
  l: 'redraw',
  n: 'newer',
  p: 'older',
  t: 'transpose',
  u: 'killToStart',
  w: 'killWordBack',
  y: 'yank',
  z: 'suspend',
  left: 'wordLeft',
  right: 'wordRight',
  backspace: 'killWordBack',
  delete: 'killWordForward',
}
const metaKeys: Readonly<Record<string, KeyAction>> = {
  b: 'wordLeft',
  f: 'wordRight',
  d: 'killWordForward',
  left: 'wordLeft',
  right: 'wordRight',
  backspace: 'killWordBack',
  return: 'newline',
  enter: 'newline',
}

/** What a key does, or undefined where it only types itself, or nothing. */
export function actionOf(key: Key): KeyAction | undefined {
  if (key.sequence === '\u001f') return 'undo'
  const table = key.ctrl === true ? controlKeys : key.meta === true ? metaKeys : plainKeys
  const name = key.name ?? ''
  if (name === 'tab' && key.shift === true) return 'completeBack'
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** The text that a key types; empty for keys that type nothing. */
export function textOf(typed: string | undefined, key: Key): string {
  if (typed === undefined || key.ctrl === true || key.meta === true) return ''
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f-\u009f]/.test(typed) ? '' : typed
}
