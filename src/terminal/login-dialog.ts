// Logging in as a dialog: tries without a password, asks for one where the registry wants it, offers to sign up, asks again
// after a wrong one. A password lives in this dialog's variables and in the peer's call, and nowhere else.

import { ParleyError } from '../base/index.ts'
import { nameProblem } from '../protocol/index.ts'
import type { LoginOptions } from '../api/index.ts'
import { type ChatDesk, codeOf, refusal } from './chat-desk.ts'
import { reasonText } from './error-text.ts'
import { isYes } from './question.ts'

/** Wrong passwords after which the verb ends. */
const triesMax = 3

type Desk = Pick<ChatDesk, 'peer' | 'ask' | 'show' | 'fail'>

export class LoginDialog {
  readonly #desk: Desk
  #isRunning = false

  constructor(desk: Desk) {
    this.#desk = desk
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** As `name`; without one it is asked for, the present name being the default. */
  async logIn(name: string | undefined): Promise<void> {
    await this.#run(async () => {
      const { peer } = this.#desk
      if (name !== undefined) return await this.#enter(name, false)
      if (peer.registryState() === 'online') throw refusal('alreadyLoggedIn', { name: peer.name })
      const typed = await this.#ask(`enter username [${peer.name}]:`, false)
      const chosen = typed.trim() === '' ? peer.name : typed.trim()
      const problem = nameProblem(chosen)
      if (problem !== undefined) throw refusal('badName', { name: chosen.slice(0, 64), problem })
      await this.#enter(chosen, false)
    })
  }

  /** As the present name: the registry asked for it by itself. */
  async resume(): Promise<void> {
    await this.#run(async () => await this.#enter(this.#desk.peer.name, false))
  }

  /** Takes a name, or comes back under it. */
  async register(name: string): Promise<void> {
    await this.#run(async () => await this.#enter(name, true))
  }

  async changePassword(): Promise<void> {
    await this.#run(async () => {
      const before = await this.#ask('enter the present password:', true)
      const after = await this.#askNew('enter the new password:')
      await this.#desk.peer.changePassword(before, after)
      this.#desk.show({ type: 'done', deed: 'passwordChanged' })
    })
  }

  async #run(dialog: () => Promise<void>): Promise<void> {
    if (this.#isRunning) throw refusal('dialogOpen')
    this.#isRunning = true
    try {
      await dialog()
    } finally {
      this.#isRunning = false
    }
  }

  async #enter(name: string, isNew: boolean): Promise<void> {
    const options: LoginOptions = { name }
    try {
      await this.#logIn(options)
    } catch (error) {
      if (codeOf(error) === 'inviteNeeded') return await this.#enterInvited(options)
      if (codeOf(error) !== 'passwordNeeded') throw error
      await this.#enterWithPassword(name, isNew)
    }
  }

  async #enterWithPassword(name: string, isNew: boolean): Promise<void> {
    for (let tries = 1; tries <= triesMax; tries++) {
      const password = await this.#ask(`enter password for ${name}:`, true)
      try {
        return await this.#logIn({ name, password })
      } catch (error) {
        if (codeOf(error) !== 'passwordWrong') throw error
        if (!isKnown(error)) return await this.#offerSignUp(name, password, isNew)
        this.#desk.fail(reasonText({ code: 'passwordWrong', details: { name, known: true } }))
      }
    }
  }

  async #offerSignUp(name: string, password: string, isNew: boolean): Promise<void> {
    if (!isNew) {
      const question = `Nobody is registered as ${name} with this password. Sign up as ${name}? (y/N)`
      if (!isYes(await this.#ask(question, false))) throw refusal('notSignedUp', { name })
    }
    const again = await this.#ask('enter password again:', true)
    if (again !== password) throw refusal('passwordsDiffer')
    this.#desk.show({ type: 'notice', text: 'signing up...' })
    const options: LoginOptions = { name, password, signUp: true }
    try {
      await this.#logIn(options)
    } catch (error) {
      if (codeOf(error) !== 'inviteNeeded') throw error
      await this.#enterInvited(options)
    }
  }

  async #enterInvited(options: LoginOptions): Promise<void> {
    const inviteCode = (await this.#ask('enter invite code:', true)).trim()
    await this.#logIn({ ...options, signUp: true, inviteCode })
  }

  async #logIn(options: LoginOptions): Promise<void> {
    const { peer, show } = this.#desk
    await peer.login(options)
    show({ type: 'loggedIn', name: peer.name })
  }

  async #askNew(text: string): Promise<string> {
    const password = await this.#ask(text, true)
    if ((await this.#ask('enter the new password again:', true)) !== password) throw refusal('passwordsDiffer')
    return password
  }

  /** Throws where nobody answers; an empty secret is no secret. */
  async #ask(text: string, isSecret: boolean): Promise<string> {
    const answer = await this.#desk.ask({ text, isSecret })
    if (answer === undefined) throw refusal('noAnswer')
    if (isSecret && answer === '') throw refusal('emptySecret')
    return answer
  }
}

/** Whether this profile has logged in with the name before. */
function isKnown(error: unknown): boolean {
  return error instanceof ParleyError && error.details?.['known'] === true
}
