// Something that the peer is asked for, and asked for again when an event or the clock says that it may be another now.

import { useEffect, useRef, useState } from 'react'
import { type PageEvent, usePage } from '../model/index.ts'

export interface Loaded<Value> {
  readonly value: Value | undefined
  readonly problem: unknown
}

/** Several events are one reason to ask. */
const againAfterMs = 250

/** `isStale`: whether the event may have changed it. `everyMs`: asks so often as well. Former values stay meanwhile. */
export function useLoaded<Value>(
  load: () => Promise<Value>,
  isStale: (event: PageEvent) => boolean,
  everyMs?: number,
): Loaded<Value> {
  const page = usePage()
  const [loaded, setLoaded] = useState<Loaded<Value>>({ value: undefined, problem: undefined })
  const stale = useRef(isStale)
  useEffect(() => {
    stale.current = isStale
  })
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    let turn = 0
    const ask = async (): Promise<void> => {
      const mine = ++turn
      try {
        const value = await load()
        if (!isOver && mine === turn) setLoaded({ value, problem: undefined })
      } catch (problem) {
        if (!isOver && mine === turn) setLoaded((former) => ({ ...former, problem }))
      }
    }
    const again = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        void ask()
      }, againAfterMs)
    }
    const stop = page.on((event) => {
      if (event.type === 'resumed' || stale.current(event)) again()
    })
    const clock = everyMs === undefined ? undefined : setInterval(() => document.hidden || again(), everyMs)
    void ask()
    return () => {
      isOver = true
      stop()
      clearTimeout(timer)
      clearInterval(clock)
    }
  }, [page, load, everyMs])
  return loaded
}
