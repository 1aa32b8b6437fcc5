// First in, first out, in constant time however long it gets: an array's own shift moves all that is left.

export class Fifo<Item> {
  #items: Item[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  peek(): Item | undefined {
    return this.#items[this.#head]
  }

  shift(): Item | undefined {
    const items = this.#items
    const item = items[this.#head]
    if (item === undefined) return undefined
    this.#head++
    if (this.#head === items.length) {
      // A burst's array is not kept for ever.
      if (items.length > 1_024) this.#items = []
      else items.length = 0
      this.#head = 0
    } else if (this.#head >= 1_024 && this.#head * 2 > items.length) {
      this.#items = items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
