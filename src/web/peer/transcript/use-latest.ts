// The latest value of what changes with every drawing, for those who need it later.

import { type RefObject, useLayoutEffect, useRef } from 'react'

export function useLatest<Value>(value: Value): RefObject<Value> {
  const latest = useRef(value)
  useLayoutEffect(() => {
    latest.current = value
  })
  return latest
}
