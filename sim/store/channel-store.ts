// The public channel of the registry's store in memory. Each method is one transaction.

import { toHex } from '../../src/base/index.ts'
import { type AccountName, type ChannelRow, foldName } from '../../src/protocol/index.ts'
import type { ChannelHead, ChannelQuery, Heard, Hearing, Page, Said, Saying } from '../../src/registry/domain/index.ts'

interface Message {
  readonly number: number
  readonly id: Uint8Array
  readonly from: AccountName | undefined
  readonly at: number
  /** Undefined once its time is over. */
  text: string | undefined
}

export class MemoryChannel {
  #messages: Message[] = []
  readonly #marks = new Map<string, number>()
  #last = 0

  /** Number of the latest message; an account that is new here has heard all so far. */
  enter(account: string): number {
    if (!this.#marks.has(account)) this.#marks.set(account, this.#last)
    return this.#last
  }

  say({ sender, id, text, at, messagesMax, rememberedMax }: Saying): Said {
    const said = this.#messages.find((message) => message.from === sender && toHex(message.id) === toHex(id))
    if (said) return { isNew: false, number: said.number, at: said.at }
    const number = ++this.#last
    this.#messages.push({ number, id, from: sender, at, text })
    for (const message of this.#messages) if (message.number <= number - messagesMax) message.text = undefined
    this.#messages = this.#messages.filter((message) => message.number > number - Math.max(rememberedMax, messagesMax))
    return { isNew: true, number, at }
  }

  fetch({ after, rowsMax, bytesMax }: ChannelQuery): Page<ChannelRow> {
    const rows: ChannelRow[] = []
    let bytes = 0
    for (const { number, id, from, at, text } of this.#messages) {
      if (number <= after || text === undefined) continue
      bytes += Buffer.byteLength(text)
      if (rows.length >= rowsMax || (rows.length > 0 && bytes > bytesMax)) return { rows, more: true }
      rows.push({ number, id, ...(from && { from }), at, text })
    }
    return { rows, more: false }
  }

  markHeard({ account, upTo }: Hearing): Heard {
    const reached = Math.min(upTo, this.#last)
    const after = this.#marks.get(account) ?? reached
    this.#marks.set(account, Math.max(after, reached))
    return { after, upTo: Math.max(after, reached) }
  }

  heads(count: number): ChannelHead[] {
    return this.#messages.slice(-count).map(({ number, id, from }) => {
      const heardBy = [...this.#marks].filter(
        ([account, mark]) => mark >= number && account !== (from && foldName(from)),
      )
      return { number, id, ...(from && { from }), heardBy: heardBy.length }
    })
  }

  expire(before: number, rowsMax: number): { rows: number; more: boolean } {
    const overdue = this.#messages.filter((message) => message.text !== undefined && message.at <= before)
    for (const message of overdue.slice(0, rowsMax)) message.text = undefined
    return { rows: Math.min(overdue.length, rowsMax), more: overdue.length > rowsMax }
  }

  forgetAccount(account: string): void {
    this.#marks.delete(account)
  }
}
