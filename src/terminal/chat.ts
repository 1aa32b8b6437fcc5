// One person's chat, whatever it looks like: reads their lines, asks the peer, and hands everything that is to be shown
// to the face, in one order. It knows what is open, who asks for a private chat, and when it is over; each family of
// verbs has its own file in command/.

import { unreachable } from '../base/index.ts'
import type { PeerApi, PeerEvent, Reason } from '../api/index.ts'
import { foldName } from '../protocol/index.ts'
import { type ChatDesk, codeOf, type Opened } from './chat-desk.ts'
import { doAccountCommand } from './command/account.ts'
import { doConversationCommand } from './command/conversation.ts'
import { doPeopleCommand } from './command/people.ts'
import { doRoomCommand } from './command/room.ts'
import { doSessionCommand } from './command/session.ts'
import { errorText, type ErrorText, problemText, reasonText } from './error-text.ts'
import type { Departure, FaceEvent, FaceResult } from './face-event.ts'
import { helpText } from './help-text.ts'
import { LoginDialog } from './login-dialog.ts'
import type { Ask } from './question.ts'
import { ReadMarks } from './read-marks.ts'
import { readLine } from './read-line.ts'
import { Roll } from './roll.ts'
import { Unsettled } from './unsettled.ts'
import type { AccountCommand, Command } from './verb/verb.ts'

export interface ChatOptions {
  readonly show: (event: FaceEvent) => void
  readonly ask: Ask
  /** Starts the login dialog when the registry wants a password: somebody is there to be asked. */
  readonly isAttended: boolean
}

export class Chat {
  readonly #peer: PeerApi
  readonly #show: (event: FaceEvent) => void
  readonly #isAttended: boolean
  readonly #desk: ChatDesk
  readonly #dialog: LoginDialog
  readonly #unsubscribe: () => void
  readonly #departed: Promise<Departure>
  #depart: (departure: Departure) => void = () => undefined
  #departure: Departure | undefined
  #opened: Opened | undefined
  #session: string | undefined
  #askers: string[] = []
  #rooms: readonly number[] = []
  readonly #roll = new Roll()
  readonly #unsettled = new Unsettled()
  readonly #marks: ReadMarks | undefined
  #logins = 0
  #wasOnline = false
  #failure: string | undefined

  constructor(peer: PeerApi, { show, ask, isAttended }: ChatOptions) {
    this.#peer = peer
    this.#show = show
    this.#isAttended = isAttended
    this.#departed = new Promise((resolve) => (this.#depart = resolve))
    this.#desk = this.#makeDesk(ask)
    this.#dialog = new LoginDialog(this.#desk)
    // What goes to a program or a file was read by nobody yet.
    this.#marks = isAttended ? new ReadMarks(peer) : undefined
    this.#unsubscribe = peer.subscribe((event) => this.#hear(event))
    const { name, registry, port, fingerprint } = peer
    show({ type: 'ready', name, registry, port, fingerprint })
    this.#followRegistry(peer.registryState())
    void this.#learnNames()
    void this.#learnStanding()
  }

  /** Where plain lines go. */
  get opened(): Opened | undefined {
    return this.#opened
  }

  get session(): string | undefined {
    return this.#session
  }

  /** Own messages that are on this machine only. */
  get unsettled(): number {
    return this.#unsettled.size
  }

  get hasLeft(): boolean {
    return this.#departure !== undefined
  }

  /** Resolves when the chat is over, with the first reason for it. */
  get departed(): Promise<Departure> {
    return this.#departed
  }

  /** Names for completion, in their own spelling. */
  names(): string[] {
    return this.#roll.names()
  }

  /** What completion may offer besides names. */
  get askers(): readonly string[] {
    return this.#askers
  }
  get rooms(): readonly number[] {
    return this.#rooms
  }

  /** Whether the person has had to do with somebody in this run, so that their coming and going matters. */
  isFamiliar(name: string): boolean {
    const opened = this.#opened
    return this.#roll.hasMet(name) || (opened?.kind === 'person' && foldName(opened.name) === foldName(name))
  }

  leave(departure: Departure): void {
    this.#departure ??= departure
    this.#depart(departure)
  }

  /** Marks as read what was shown and is not marked yet. */
  async markShown(): Promise<void> {
    await this.#marks?.flush()
  }

  /** Ends listening; the face has shown its last event. */
  finish(departure: Departure): FaceResult {
    this.#unsubscribe()
    const failure = this.#failure === undefined ? {} : { failure: this.#failure }
    return { departure, ...failure, unsettled: this.#unsettled.size }
  }

  /** Does what a line says. False where the line was refused and should be kept for editing. */
  async enter(line: string, number?: number): Promise<boolean> {
    const read = readLine(line, this.#opened !== undefined)
    if (read === undefined || this.#departure !== undefined) return true
    if (!read.ok) {
      this.fail(problemText(read.error), number)
      return true
    }
    try {
      await this.#run(read.value)
      return true
    } catch (error) {
      this.fail(errorText(error), number)
      return codeOf(error) !== 'textTooLong'
    }
  }

  /** Shows an error and remembers its code for the exit code. */
  fail(error: ErrorText, line?: number): void {
    this.#failure ??= error.code
    this.#show({ type: 'error', error, ...(line === undefined ? {} : { line }) })
  }

  /** Resolves when no own message of this run is kept here only, or when `signal` fires. */
  async settle(signal: AbortSignal): Promise<void> {
    await this.#unsettled.settled(signal)
  }

  async #run(command: Command): Promise<void> {
    switch (command.verb) {
      case 'help':
        return this.#show({ type: 'help', text: helpText(command.about) })
      case 'quit':
        return this.leave('quit')
      case 'send':
      case 'say':
      case 'all':
      case 'open':
      case 'history':
      case 'exit':
      case 'accept':
        return await doConversationCommand(this.#desk, command)
      case 'request':
      case 'ok':
      case 'reject':
      case 'withdraw':
        return await doSessionCommand(this.#desk, command)
      case 'group':
      case 'ok-group':
      case 'reject-group':
      case 'rooms':
      case 'members':
      case 'room':
      case 'invite':
      case 'leave':
      case 'kick':
      case 'rename-room':
        return await doRoomCommand(this.#desk, command)
      case 'login':
      case 'logout':
      case 'reg':
      case 'dereg':
      case 'password':
        return await this.#doAccountCommand(command)
      case 'clients':
      case 'contacts':
      case 'refresh':
      case 'friends':
      case 'search':
      case 'add':
      case 'alias':
      case 'remove':
      case 'block':
      case 'unblock':
        return await doPeopleCommand(this.#desk, command)
      default:
        return unreachable(command)
    }
  }

  async #doAccountCommand(command: AccountCommand): Promise<void> {
    this.#logins += 1
    try {
      await doAccountCommand(this.#desk, this.#dialog, command)
    } finally {
      this.#logins -= 1
    }
  }

  #makeDesk(ask: Ask): ChatDesk {
    const state = {
      opened: (): Opened | undefined => this.#opened,
      session: (): string | undefined => this.#session,
      askers: (): readonly string[] => this.#askers,
    }
    return {
      peer: this.#peer,
      roll: this.#roll,
      ask,
      show: (event) => this.#show(event),
      fail: (error) => this.fail(error),
      open: (opened) => this.#open(opened),
      get opened() {
        return state.opened()
      },
      get session() {
        return state.session()
      },
      get askers() {
        return state.askers()
      },
    }
  }

  #open(opened: Opened | undefined): void {
    this.#opened = opened
    if (opened === undefined) this.#show({ type: 'opened' })
    else if (opened.kind === 'person') this.#show({ type: 'opened', name: opened.name })
    else this.#show({ type: 'opened', room: opened.room, ...(opened.name === '' ? {} : { roomName: opened.name }) })
  }

  #hear(event: PeerEvent): void {
    // Told by the faces that have a list of conversations.
    if (event.type === 'read' || event.type === 'draft') return
    if (event.type === 'account') return this.#followAccount(event.name)
    this.#marks?.shown(event)
    const failure = this.#unsettled.hear(event)
    if (failure !== undefined) this.#failure ??= failure
    if (event.type === 'chatRequest' || event.type === 'chatRequestOver') return this.#followRequest(event)
    if (event.type === 'chatOpened' || event.type === 'chatClosed') return this.#followSession(event)
    if (event.type === 'room') return this.#followRoom(event)
    if (event.type === 'message') this.#roll.meet(event.from)
    if (event.type === 'presence') return this.#show(this.#roll.hear(event))
    const noAnswer = event.type === 'state' && event.state === 'mailbox' && this.#roll.isOnline(event.to)
    this.#show(noAnswer ? { ...event, noAnswer } : event)
    if (event.type === 'directory') void this.#learnNames()
    if (event.type === 'registry') this.#followRegistry(event.state, event.reason)
  }

  /** Another account is another person: nothing that is open or asked belongs to it. */
  #followAccount(name: string): void {
    this.#askers = []
    this.#session = undefined
    this.#rooms = []
    if (this.#opened) this.#open(undefined)
    // The own command says so itself.
    if (this.#logins === 0) this.#show({ type: 'notice', text: `another window logged in: you are ${name} now` })
    void this.#learnNames()
  }

  #followRequest(event: Extract<PeerEvent, { type: 'chatRequest' | 'chatRequestOver' }>): void {
    this.#askers = without(this.#askers, event.from)
    if (event.type === 'chatRequest') this.#askers.push(event.from)
    this.#show(event)
  }

  #followSession(event: Extract<PeerEvent, { type: 'chatOpened' | 'chatClosed' }>): void {
    const { name } = event
    this.#askers = without(this.#askers, name)
    this.#session = event.type === 'chatOpened' ? name : undefined
    this.#show(event)
    const opened = this.#opened
    if (event.type === 'chatOpened') {
      this.#roll.meet(name)
      this.#open({ kind: 'person', name })
    } else if (opened?.kind === 'person' && foldName(opened.name) === foldName(name)) {
      this.#open(undefined)
    }
  }

  #followRoom(event: Extract<PeerEvent, { type: 'room' }>): void {
    this.#show(event)
    const { room, name, state } = event.room
    const others = this.#rooms.filter((each) => each !== room)
    this.#rooms = state === 'left' ? others : [...others, room].toSorted((a, b) => a - b)
    if (this.#opened?.kind !== 'room' || this.#opened.room !== room) return
    if (state === 'left') this.#open(undefined)
    else this.#opened = { kind: 'room', room, name }
  }

  #followRegistry(state: ReturnType<PeerApi['registryState']>, reason?: Reason): void {
    if (state === 'online') this.#wasOnline = true
    if (state === 'loggedOut' && reason?.code !== 'byRequest' && this.#isAttended) void this.#resume()
    if (state !== 'refused' && state !== 'wrongKey') return
    if (reason !== undefined) this.fail(reasonText(reason))
    // Somebody who was in keeps the window and the history; somebody who never was has nothing to stay for.
    if (!this.#wasOnline) this.leave(state)
  }

  async #resume(): Promise<void> {
    if (this.#dialog.isRunning) return
    try {
      await this.#dialog.resume()
    } catch (error) {
      this.fail(errorText(error))
    }
  }

  /** What began before this face came: requests, a private session, keys that changed. */
  async #learnStanding(): Promise<void> {
    try {
      const { requests, session, changedIdentities } = await this.#peer.status()
      if (this.#departure !== undefined) return
      const known = new Set(this.#askers.map(foldName))
      for (const from of requests) if (!known.has(foldName(from))) this.#hear({ type: 'chatRequest', from })
      if (session !== undefined && this.#session === undefined) {
        this.#hear({ type: 'chatOpened', name: session, asked: false })
      }
      for (const changed of changedIdentities) this.#show({ type: 'identityChanged', ...changed })
    } catch {
      // A peer that ends meanwhile tells so itself.
    }
  }

  /** Names are a convenience: where they cannot be had, completion has fewer of them. */
  async #learnNames(): Promise<void> {
    try {
      this.#roll.learn(await this.#peer.clients())
      const rooms = await this.#peer.rooms()
      this.#rooms = rooms.filter(({ state }) => state !== 'left').map(({ room }) => room)
    } catch {
      // The next presence event brings what this did not.
    }
  }
}

function without(names: readonly string[], name: string): string[] {
  return names.filter((each) => foldName(each) !== foldName(name))
}
