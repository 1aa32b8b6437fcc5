// The steps of a message's way in words, with how long each took.

import type { JourneyStep } from '../../../api/index.ts'
import { unreachable } from '../../../base/index.ts'
import type { IconName } from '../../ui/index.ts'
import { reasonWords } from '../words/index.ts'
import { duration } from '../transcript/moment.ts'

export interface StepWords {
  readonly icon: IconName
  readonly text: string
  /** Why; empty where there is no reason. */
  readonly why: string
  /** `3.1 s later`; empty of the first. */
  readonly after: string
}

/** The words of `step`; `before` is the one before it of the same copy or the first of all. */
export function stepWords(step: JourneyStep, before: JourneyStep | undefined): StepWords {
  const { icon, text } = words(step)
  const ms = before === undefined ? undefined : step.at - before.at
  return {
    icon,
    text: step.to === undefined ? text : `${step.to}: ${text}`,
    why: step.reason === undefined ? '' : reasonWords({ code: step.reason, details: {} }).text,
    after: ms === undefined || ms < 0 ? '' : `${duration(ms)} later`,
  }
}

/** The step before it: of the same member's copy, else the first of the message. */
export function stepBefore(steps: readonly JourneyStep[], at: number): JourneyStep | undefined {
  const step = steps[at]
  if (step === undefined || at === 0) return undefined
  const former = steps.slice(0, at).findLast(({ to }) => to === step.to)
  return former ?? steps[0]
}

function words({ step, road }: JourneyStep): { readonly icon: IconName; readonly text: string } {
  switch (step) {
    case 'kept':
      return { icon: 'draft', text: 'kept on your disk' }
    case 'mailbox':
      return { icon: 'mailbox', text: 'sealed in the mailbox at the registry' }
    case 'stored':
      return { icon: 'stored', text: `stored by the recipient${way(road)}` }
    case 'received':
      return { icon: 'stored', text: `stored on your disk${way(road)}` }
    case 'expired':
      return { icon: 'expired', text: 'expired: never collected' }
    case 'failed':
      return { icon: 'alert', text: 'not sent' }
    default:
      return unreachable(step)
  }
}

function way(road: JourneyStep['road']): string {
  return road === undefined ? '' : road === 'direct' ? ', directly' : ', through the mailbox'
}
