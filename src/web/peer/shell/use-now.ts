// The wall clock for countdowns and times of the day, at the pace the component needs.

import { useEffect, useState } from 'react'

/** Wall ms, anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
