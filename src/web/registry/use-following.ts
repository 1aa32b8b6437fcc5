// How the log follows its newest line: until a hand scrolls it up, and again once a hand scrolled it to its end. Rows that
// are measured and panes that change their size scroll as well; these change nothing.

import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { VListHandle } from 'virtua'
import type { RegistryLogLine } from '../../api/index.ts'

/** So near to its end the log is at its end. */
const nearPixels = 24
/** So long after a wheel, a key or a finger the log still moves by it. */
const touchMs = 800

export function useFollowing(lines: readonly RegistryLogLine[]) {
  /** What the log stands at while it is paused. */
  const [held, setHeld] = useState<readonly RegistryLogLine[]>()
  const list = useRef<VListHandle>(null)
  const place = useRef<HTMLDivElement>(null)
  const lastOffset = useRef(0)
  const lastTouch = useRef(Number.NEGATIVE_INFINITY)
  const isFollowing = held === undefined
  const toEnd = useCallback(() => list.current?.scrollTo(list.current.scrollSize), [])

  useEffect(() => {
    if (!isFollowing || place.current === null) return undefined
    const resized = new ResizeObserver(toEnd)
    resized.observe(place.current)
    return () => resized.disconnect()
  }, [isFollowing, toEnd])

  const touch = (): void => {
    lastTouch.current = performance.now()
  }
  const scrolled = (offset: number): void => {
    const handle = list.current
    const moved = offset - lastOffset.current
    lastOffset.current = offset
    if (handle === null || performance.now() - lastTouch.current > touchMs) return
    const isAtEnd = offset + handle.viewportSize >= handle.scrollSize - nearPixels
    if (isFollowing && moved < 0 && !isAtEnd) setHeld(lines)
    if (!isFollowing && moved > 0 && isAtEnd) setHeld(undefined)
  }
  return { held, setHeld, list, place, touch, scrolled, toEnd }
}

/** The list scrolls in an element that has no focus of its own. */
export function scrollByKey(event: KeyboardEvent, list: VListHandle | null): void {
  if (list === null) return
  const page = list.viewportSize * 0.9
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -40,
    ArrowDown: 40,
    PageUp: -page,
    PageDown: page,
    Home: -list.scrollSize,
    End: list.scrollSize,
  }
  const step = steps[event.key]
  if (step === undefined) return
  event.preventDefault()
  list.scrollBy(step)
}
