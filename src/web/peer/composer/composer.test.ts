import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { ConversationKey } from '../../../api/index.ts'
import { ParleyError } from '../../../base/index.ts'
import { DraftKeeper } from './draft-keeper.ts'
import { Outgoing, type OutgoingMemory, type OutgoingPeer } from './outgoing.ts'
import { bytesOf, readTyped } from './typed-line.ts'

const bob: ConversationKey = { kind: 'person', name: 'bob' }
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A peer that keeps each id once, and whose line may break before or after it took a message. */
class FakePeer implements OutgoingPeer {
  readonly kept: { id: string; to: string; text: string }[] = []
  readonly calls: string[] = []
  fate: 'takes' | 'lostBefore' | 'lostAfter' | 'refuses' | 'busy' = 'takes'

  send(to: string, text: string, options: { readonly id?: string } = {}): Promise<string> {
    return this.#take(to, text, options.id ?? '')
  }
  sendToRoom(room: number, text: string, options: { readonly id?: string } = {}): Promise<string> {
    return this.#take(`#${room}`, text, options.id ?? '')
  }
  sendToAll(text: string, options: { readonly id?: string } = {}): Promise<string> {
    return this.#take('*', text, options.id ?? '')
  }

  #take(to: string, text: string, id: string): Promise<string> {
    this.calls.push(id)
    const { fate } = this
    if (fate === 'lostBefore') return Promise.reject(new ParleyError('peerLost', { retryable: true }))
    if (fate === 'refuses') return Promise.reject(new ParleyError('unknownName', { details: { name: to } }))
    if (fate === 'busy') return Promise.reject(new ParleyError('storeBusy', { retryable: true }))
    if (!this.kept.some((message) => message.id === id)) this.kept.push({ id, to, text })
    return fate === 'lostAfter' ? Promise.reject(new ParleyError('peerLost')) : Promise.resolve(id)
  }
}

class Memory implements OutgoingMemory {
  readonly #texts = new Map<string, string>()
  getItem(name: string): string | null {
    return this.#texts.get(name) ?? null
  }
  setItem(name: string, text: string): void {
    this.#texts.set(name, text)
  }
  removeItem(name: string): void {
    this.#texts.delete(name)
  }
}

function outgoing(peer: OutgoingPeer, memory: OutgoingMemory, account = 'alice@r', seed = 0): Outgoing {
  let next = seed
  const laters: (() => void)[] = []
  const made = new Outgoing({
    peer: () => peer,
    account: () => account,
    memory,
    newId: () => (++next).toString(16).padStart(32, '0'),
    now: () => 1_000,
    later: (_, run) => void laters.push(run),
  })
  runs.set(made, laters)
  return made
}
const runs = new WeakMap<Outgoing, (() => void)[]>()

test('over any order of losses, reloads and returns each message is kept once, in the order of writing', async () => {
  const fate = fc.constantFrom(
    'takes',
    'lostBefore',
    'lostAfter',
    'busy',
    'reload',
    'resumed',
    'tick',
    'write',
    'write',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 40 }), async (steps) => {
      const [peer, memory] = [new FakePeer(), new Memory()]
      const written: string[] = []
      let page = outgoing(peer, memory)
      page.start()
      let generation = 0
      for (const step of steps) {
        if (step === 'write') {
          written.push(`text ${written.length}`)
          page.send(bob, written.at(-1) as string)
        } else if (step === 'reload') {
          page = outgoing(peer, memory, 'alice@r', 1_000 * ++generation)
          page.start()
        } else if (step === 'resumed') page.hear({ type: 'resumed' })
        else if (step === 'tick') for (const run of runs.get(page)?.splice(0) ?? []) run()
        else peer.fate = step
        if (step !== 'write') await settled()
      }
      peer.fate = 'takes'
      for (let turn = 0; turn < 3; turn++) {
        page.hear({ type: 'resumed' })
        await settled()
      }
      assert.ok(page.items.every(({ state }) => state === 'taken'))
      assert.deepEqual(
        peer.kept.map(({ text }) => text),
        written,
      )
      assert.equal(new Set(peer.kept.map(({ id }) => id)).size, written.length)
    }),
    { numRuns: Number(process.env['PARLEY_FUZZ'] ?? 100) },
  )
})

test('what was written while the line was lost goes out in its order', async () => {
  const peer = new FakePeer()
  const page = outgoing(peer, new Memory())
  peer.fate = 'lostBefore'
  for (const text of ['one', 'two', 'three']) page.send(bob, text)
  await settled()
  peer.fate = 'takes'
  page.hear({ type: 'resumed' })
  page.send(bob, 'four')
  await settled()
  assert.deepEqual(
    peer.kept.map(({ text }) => text),
    ['one', 'two', 'three', 'four'],
  )
})

test('what a former life of the page wrote is told once it is taken, and not before', async () => {
  const peer = new FakePeer()
  const memory = new Memory()
  const former = outgoing(peer, memory)
  former.start()
  peer.fate = 'lostBefore'
  former.send(bob, 'hello')
  await settled()
  const taken: string[] = []
  const page = new Outgoing({
    peer: () => peer,
    account: () => 'alice@r',
    memory,
    newId: () => '0'.repeat(32),
    now: () => 1,
    later: () => undefined,
    onTaken: ({ text }) => void taken.push(text),
  })
  page.start()
  await settled()
  assert.deepEqual(taken, [])
  peer.fate = 'takes'
  page.hear({ type: 'resumed' })
  await settled()
  assert.deepEqual(taken, ['hello'])
})

test('a refused one stays with its reason until it is retried or taken away', async () => {
  const peer = new FakePeer()
  const page = outgoing(peer, new Memory())
  peer.fate = 'refuses'
  const id = page.send(bob, 'hello')
  await settled()
  assert.equal(page.items[0]?.state, 'refused')
  assert.deepEqual(page.items[0]?.problem, new ParleyError('unknownName', { details: { name: 'bob' } }))
  page.hear({ type: 'resumed' })
  await settled()
  assert.equal(peer.calls.length, 1, 'nobody asked for another try')
  peer.fate = 'takes'
  page.retry(id)
  await settled()
  page.hear({ type: 'sent', id, to: 'bob', text: 'hello', at: 1 })
  assert.deepEqual([page.items, peer.kept.map((message) => message.id)], [[], [id]])
  peer.fate = 'refuses'
  const other = page.send(bob, 'again')
  await settled()
  page.drop(other)
  assert.deepEqual(page.items, [])
})

test('with another account, what the former one wrote is put by, and comes back with it', async () => {
  const [peer, memory] = [new FakePeer(), new Memory()]
  let account = 'alice@r'
  const page = new Outgoing({
    peer: () => peer,
    account: () => account,
    memory,
    newId: () => '0'.repeat(32),
    now: () => 1,
    later: () => undefined,
  })
  page.start()
  peer.fate = 'lostBefore'
  page.send(bob, 'as alice')
  await settled()
  account = 'carol@r'
  peer.fate = 'takes'
  page.hear({ type: 'resumed' })
  await settled()
  assert.deepEqual([page.items, peer.kept], [[], []])
  account = 'alice@r'
  page.hear({ type: 'account', name: 'alice' })
  await settled()
  assert.equal(peer.kept[0]?.text, 'as alice')
})

test('the event that it is kept is enough, though the answer was lost', async () => {
  const peer = new FakePeer()
  peer.fate = 'lostAfter'
  const page = outgoing(peer, new Memory())
  page.start()
  const id = page.send({ kind: 'room', room: 3 }, 'hello')
  page.hear({ type: 'roomSent', room: 3, id, text: 'hello', at: 1 })
  await settled()
  assert.deepEqual(page.items, [])
})

test('what another account left is not sent, and damaged memory is passed over', async () => {
  const [peer, memory] = [new FakePeer(), new Memory()]
  peer.fate = 'lostBefore'
  const first = outgoing(peer, memory)
  first.start()
  first.send(bob, 'mine')
  await settled()
  peer.fate = 'takes'
  const other = outgoing(peer, memory, 'carol@r')
  other.start()
  await settled()
  assert.deepEqual(peer.kept, [])
  for (const text of ['', '{', '{}', 'null', '[{"id":"x"},null,3]']) {
    memory.setItem('parley.outgoing alice@r', text)
    const page = outgoing(peer, memory)
    page.start()
    assert.deepEqual(page.items, [])
  }
})

interface Bench {
  readonly saved: string[]
  readonly shown: string[]
  readonly keeper: DraftKeeper
  readonly tick: () => void
  fails: boolean
}

function draftBench(text = ''): Bench {
  const timers = new Set<() => void>()
  const it: Bench = {
    saved: [],
    shown: [],
    fails: false,
    tick: () => {
      for (const run of timers) {
        timers.delete(run)
        run()
      }
    },
    keeper: new DraftKeeper({
      key: bob,
      text,
      save: (_, saved) => {
        it.saved.push(saved)
        return it.fails ? Promise.reject(new Error('lost')) : Promise.resolve()
      },
      later: (_, run) => {
        timers.add(run)
        return () => void timers.delete(run)
      },
      onOther: (shown) => void it.shown.push(shown),
    }),
  }
  return it
}

test('a draft is saved a moment after the last key, and at once when the box is left', () => {
  const it = draftBench()
  for (const text of ['h', 'he', 'hel']) it.keeper.type(text)
  assert.deepEqual(it.saved, [])
  it.tick()
  assert.deepEqual(it.saved, ['hel'])
  it.keeper.flush()
  assert.deepEqual(it.saved, ['hel'], 'nothing changed')
  it.keeper.type('')
  it.keeper.flush()
  assert.deepEqual(it.saved, ['hel', ''])
})

test('what another face typed appears in an untouched box only, and the own echo never', () => {
  const it = draftBench('old')
  it.keeper.hear({ kind: 'person', name: 'BOB' }, 'from the terminal')
  assert.deepEqual(it.shown, ['from the terminal'])
  it.keeper.type('mine')
  it.keeper.hear(bob, 'theirs')
  assert.deepEqual(it.shown, ['from the terminal'])
  it.tick()
  it.keeper.hear(bob, 'mine')
  assert.deepEqual(it.shown, ['from the terminal'])
  it.keeper.hear({ kind: 'channel' }, 'elsewhere')
  assert.deepEqual(it.shown, ['from the terminal'])
})

test('a draft that could not be saved is saved with the next flush', async () => {
  const it = draftBench()
  it.fails = true
  it.keeper.type('hello')
  it.tick()
  await settled()
  it.fails = false
  it.keeper.flush()
  assert.deepEqual(it.saved, ['hello', 'hello'])
})

test('what was sent while the line was lost is no draft at the peer when it is back', async () => {
  const it = draftBench('hello')
  it.fails = true
  it.keeper.type('')
  it.keeper.flush()
  await settled()
  it.fails = false
  it.keeper.resume('hello')
  assert.deepEqual([it.saved, it.shown], [['', ''], []])
  it.keeper.resume('')
  assert.deepEqual(it.saved, ['', ''], 'nothing is left to save')
})

test('a slash is a command, two are one, and an unknown command is not sent', () => {
  assert.deepEqual(readTyped(' \n '), { kind: 'empty' })
  assert.deepEqual(readTyped('hello /help'), { kind: 'message', text: 'hello /help' })
  assert.deepEqual(readTyped('//help'), { kind: 'message', text: '/help' })
  assert.deepEqual(readTyped('/open  bob '), { kind: 'command', command: 'open', rest: 'bob' })
  assert.deepEqual(readTyped('/HELP'), { kind: 'command', command: 'help', rest: '' })
  assert.deepEqual(readTyped('/serch x'), { kind: 'unknown', word: 'serch', nearest: 'search' })
  assert.deepEqual(readTyped('/etc/hosts is odd'), { kind: 'unknown', word: 'etc/hosts' })
})

test('bytes are exact near the limit', () => {
  const text = '€'.repeat(21_000)
  assert.equal(bytesOf(text), 63_000)
  assert.equal(bytesOf('a'.repeat(65_537)), 65_537)
})
