// Lines entered before, for Up and Down. The line being typed is kept as the newest while somebody looks back.

const entriesMax = 500
/** A huge paste is not worth remembering 500 times over. */
const rememberedCharactersMax = 65_536

export class LineHistory {
  readonly #entries: string[] = []
  /** Index of the shown entry; the number of entries while the own draft is shown. */
  #at = 0
  #draft = ''

  add(line: string): void {
    if (line !== '' && line !== this.#entries.at(-1) && line.length <= rememberedCharactersMax) this.#entries.push(line)
    if (this.#entries.length > entriesMax) this.#entries.shift()
    this.#at = this.#entries.length
    this.#draft = ''
  }

  /** The line before, or undefined at the oldest. `current` is what the editor holds now. */
  older(current: string): string | undefined {
    if (this.#at === 0) return undefined
    if (this.#at === this.#entries.length) this.#draft = current
    return this.#entries[--this.#at]
  }

  /** The line after, at last the draft; undefined where it is shown already. */
  newer(): string | undefined {
    if (this.#at >= this.#entries.length) return undefined
    return ++this.#at === this.#entries.length ? this.#draft : this.#entries[this.#at]
  }
}
