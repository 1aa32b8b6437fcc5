// What a profile knows of registries: which one it used last, and the key that each had. Invariant: a pinned key changes
// only by a person's act, who removes its line from the file `registries.json` (S19). docs/operating.md, "Profiles".

import { join } from 'node:path'
import * as v from 'valibot'
import { decodeUtf8, encodeUtf8, fromBase64Url, ParleyError, toBase64Url } from '../base/index.ts'
import { readPrivateFile, writePrivateFile } from '../disk/index.ts'
import { formatInvite, parseRegistryTarget, type RegistryTarget } from '../protocol/index.ts'

const schema = v.object({
  /** Invite link or HOST:PORT of the registry used last. */
  last: v.optional(v.string()),
  /** Base64url of the key by HOST:PORT. */
  keys: v.pipe(
    v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    v.record(v.string(), v.string()),
  ),
})
type Known = v.InferOutput<typeof schema>

export class KnownRegistries {
  readonly #path: string
  #known: Known

  /** Throws ParleyError `notReadable`, `privateFileOpen`, or `fileDamaged` with the `path`. */
  constructor(folder: string) {
    this.#path = join(folder, 'registries.json')
    this.#known = readKnown(this.#path)
  }

  /** The registry that this profile used last. */
  get last(): RegistryTarget | undefined {
    const target = this.#known.last === undefined ? undefined : parseRegistryTarget(this.#known.last)
    return target?.ok ? target.value : undefined
  }

  /** The key that is pinned for a place. */
  keyOf(target: RegistryTarget): Uint8Array | undefined {
    const text = this.#known.keys[formatPlace(target)]
    return text === undefined ? undefined : fromBase64Url(text)
  }

  /** Remembers the registry for a start that names none. */
  use(target: RegistryTarget): void {
    const { host, port, key } = target
    const last = key ? formatInvite({ host, port, key }) : formatPlace(target)
    if (last !== this.#known.last) this.#write({ ...this.#known, last })
  }

  /** Pins the key, where none is pinned. */
  pin(target: RegistryTarget, key: Uint8Array): void {
    const place = formatPlace(target)
    if (this.#known.keys[place] !== undefined) return
    this.#write({ ...this.#known, keys: { ...this.#known.keys, [place]: toBase64Url(key) } })
  }

  #write(known: Known): void {
    writePrivateFile(this.#path, encodeUtf8(`${JSON.stringify(known, undefined, 2)}\n`))
    this.#known = known
  }
}

/** HOST:PORT, as people write it and as pins are filed. */
export function formatPlace({ host, port }: RegistryTarget): string {
  const name = host.toLowerCase()
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`
}

function readKnown(path: string): Known {
  const bytes = readPrivateFile(path)
  if (!bytes) return { keys: {} }
  try {
    const known = v.parse(schema, JSON.parse(decodeUtf8(bytes) ?? ''))
    // A pin that cannot be read must not become a first contact.
    if (Object.values(known.keys).every((key) => fromBase64Url(key)?.length === 32)) return known
    throw new TypeError('a key has 43 characters of base64url')
  } catch (cause) {
    throw new ParleyError('fileDamaged', { details: { path }, cause })
  }
}
