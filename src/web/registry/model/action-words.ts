// What an action does, said before it is done and after: what ends, what is kept, and whether it can be taken back.

import type { RegistryPeer } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'
import { plural } from './figure-words.ts'
import type { PeerAction } from './window-model.ts'

export interface ActionWords {
  readonly title: string
  /** What will happen, a sentence each. */
  readonly sentences: readonly string[]
  readonly button: string
  readonly isDanger: boolean
  /** Its name must be typed first: it cannot be taken back. */
  readonly asksForName: boolean
}

export function actionWords(action: PeerAction, { name, devices, online }: RegistryPeer): ActionWords {
  switch (action) {
    case 'disconnect':
      return {
        title: `Disconnect ${name}?`,
        sentences: [
          `${devices > 1 ? `Its ${plural(devices, 'session')} end` : 'Its session ends'} with a goodbye.`,
          'Its peers come back by themselves, usually within seconds. To keep it out, suspend it.',
        ],
        button: 'Disconnect',
        isDanger: false,
        asksForName: false,
      }
    case 'suspend':
      return {
        title: `Suspend ${name}?`,
        sentences: [
          `${online ? 'It is off line at once, and nobody' : 'Nobody'} logs in to it until you let it in again.`,
          'What others write to it is kept in its mailbox. It keeps its name, its key and its rooms.',
        ],
        button: 'Suspend',
        isDanger: true,
        asksForName: false,
      }
    case 'unsuspend':
      return {
        title: `Let ${name} in again?`,
        sentences: ['It may log in from now on, and finds what others wrote meanwhile.'],
        button: 'Let in',
        isDanger: false,
        asksForName: false,
      }
    case 'deleteAccount':
      return {
        title: `Delete the account ${name}?`,
        sentences: [
          'Its password, its mailbox with all that waits in it, and its places in rooms go. The senders of what waited are told that it expired.',
          'The name is free then: whoever asks first gets it, with another key.',
          'This cannot be undone.',
        ],
        button: 'Delete the account',
        isDanger: true,
        asksForName: true,
      }
    default:
      return unreachable(action)
  }
}

/** What was done. */
export function doneText(action: PeerAction, name: string, sessions: number): string {
  switch (action) {
    case 'disconnect':
      return sessions === 0 ? `${name} was off line already.` : `${name} was disconnected.`
    case 'suspend':
      return `${name} is suspended.`
    case 'unsuspend':
      return `${name} may log in again.`
    case 'deleteAccount':
      return `The account ${name} is deleted.`
    default:
      return unreachable(action)
  }
}

/** Whether what was typed is the name: as it is spelled, but for blanks around it. */
export function isTypedRight(typed: string, name: string): boolean {
  return typed.trim() === name
}
