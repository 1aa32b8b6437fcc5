// Where the transcript stands, and what follows from it: it opens at what was asked for, at the line of what is new or at
// the end; follows the end while one is there; asks for pages before they are seen; lets go of what is far; and tells the
// peer what was on the screen of somebody who looked.

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { ConversationKey } from '../../../api/index.ts'
import { useOutgoing } from '../composer/page-outgoing.ts'
import { sameKey, useModel, usePage } from '../model/index.ts'
import { ListStand } from './list-stand.ts'
import { ReadMarker } from './read-marker.ts'
import { useLatest } from './use-latest.ts'
import type { Transcript } from './use-transcript.ts'

const foundMs = 3_000

export interface ScrollingOptions {
  readonly transcript: Transcript
  readonly conversation: ConversationKey
  readonly focus: number | undefined
  readonly list: RefObject<VirtualizerHandle | null>
}

export interface Place {
  /** The end is not on the screen. */
  readonly isAway: boolean
  /** What was searched for, for a moment. */
  readonly foundKey: string | undefined
  readonly toEnd: () => void
  /** Index of the last row on the screen. */
  readonly lastShown: () => number
  readonly onScroll: () => void
  readonly onScrollEnd: () => void
  readonly onResize: () => void
  /** Handlers by which the reader's own scrolling is known. */
  readonly intents: Readonly<Record<'onWheel' | 'onTouchMove' | 'onPointerDown' | 'onKeyDownCapture', () => void>>
}

export function useScrolling({ transcript, conversation, focus, list }: ScrollingOptions): Place {
  const { model, drawn } = transcript
  const page = usePage()
  const [isAway, setAway] = useState(false)
  const [foundKey, setFound] = useState<string>()
  const [marker] = useState(() => new ReadMarker(page, conversation))
  const latest = useLatest(drawn)
  const [stand] = useState(
    () => new ListStand({ list, latest, model, marker, opening: transcript.opening, setAway, setFound }),
  )
  useLayoutEffect(() => {
    stand.place(drawn)
    const frame = requestAnimationFrame(stand.settle)
    return () => cancelAnimationFrame(frame)
  }, [drawn, stand])
  useFocusTurns(focus, stand.goTo)
  useOwnSends(conversation, stand.toEnd)
  useAttention(stand.settle, marker)
  useEffect(() => {
    const timer = foundKey === undefined ? undefined : setTimeout(() => setFound(undefined), foundMs)
    return () => clearTimeout(timer)
  }, [foundKey])
  const { toEnd, lastShown, settle, letGo, measured, intend } = stand
  const intents = { onWheel: intend, onTouchMove: intend, onPointerDown: intend, onKeyDownCapture: intend }
  return { isAway, foundKey, toEnd, lastShown, onScroll: settle, onScrollEnd: letGo, onResize: measured, intents }
}

/** A search or a link that leads to another place of the conversation that is open. */
function useFocusTurns(focus: number | undefined, go: (position: number) => void): void {
  const turn = useModel((state) => state.selected?.turn)
  const last = useRef(turn)
  const latest = useLatest(go)
  useEffect(() => {
    if (last.current === turn) return
    last.current = turn
    if (focus !== undefined) latest.current(focus)
  }, [turn, focus, latest])
}

/** Who sends wants to see it. */
function useOwnSends(conversation: ConversationKey, toEnd: () => void): void {
  const items = useOutgoing()
  const last = items.findLast(({ key }) => sameKey(key, conversation))
  const known = useRef(last?.id)
  useEffect(() => {
    if (last === undefined || last.id === known.current) return
    known.current = last.id
    toEnd()
  }, [last, toEnd])
}

/** Somebody looks again, or the page goes: what is on the screen is read now. */
function useAttention(settle: () => void, marker: ReadMarker): void {
  useEffect(() => {
    const flush = (): void => marker.flush()
    window.addEventListener('focus', settle)
    window.addEventListener('blur', settle)
    document.addEventListener('visibilitychange', settle)
    window.addEventListener('pagehide', flush)
    return () => {
      window.removeEventListener('focus', settle)
      window.removeEventListener('blur', settle)
      document.removeEventListener('visibilitychange', settle)
      window.removeEventListener('pagehide', flush)
      marker.flush()
    }
  }, [settle, marker])
}
