// What a one-shot command works with, and what it ends with. A command is a function of these, so that tests need no
// process; bin makes them of the process.

import type { PeerApi, PeerStatus } from '../api/index.ts'
import type { Results } from './results.ts'

export interface CommandDesk {
  readonly peer: PeerApi
  readonly results: Results
  /** Wall milliseconds. */
  readonly nowMs: () => number
  /** Fires after so many milliseconds. */
  readonly timer: (ms: number) => AbortSignal
  /** Fires when the command is to end: SIGINT, SIGTERM. */
  readonly signal: AbortSignal
  /** A word on the side, on standard error; safe to show. */
  readonly warn: (text: string) => void
}

/**
 * How a command ended that said already all there is to say: the code whose exit code it is (bin has the table), or
 * undefined where all went well. Everything else is thrown as a ParleyError.
 */
export type Outcome = string | undefined

/** Resolves when a signal fires. */
export async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Resolves when `holds` does after an event of the peer, or when `signal` fires; the answer is whether it held. */
export async function until(
  peer: Pick<PeerApi, 'subscribe'>,
  signal: AbortSignal,
  holds: () => boolean,
): Promise<boolean> {
  if (holds() || signal.aborted) return holds()
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stop()
      resolve()
    }
    const stop = peer.subscribe(() => {
      if (holds()) done()
    })
    signal.addEventListener('abort', done, { once: true })
  })
  return holds()
}

/**
 * Waits while the peer is on its way to its registry, or while another process takes the peer over; resolves with
 * undefined when it is on line, and else with how it stands.
 */
export async function registryStanding(
  peer: Pick<PeerApi, 'subscribe' | 'registryState' | 'status'>,
  end: AbortSignal,
): Promise<PeerStatus | undefined> {
  let isNews = false
  const stop = peer.subscribe(() => (isNews = true))
  try {
    for (;;) {
      await until(peer, end, () => peer.registryState() !== 'connecting')
      if (peer.registryState() === 'online') return undefined
      // Asked of the peer that runs now: what was told may be of one that is gone.
      isNews = false
      const status = await peer.status()
      if (status.state === 'online') return undefined
      if (status.state !== 'connecting' || end.aborted) return status
      await until(peer, end, () => isNews)
    }
  } finally {
    stop()
  }
}
