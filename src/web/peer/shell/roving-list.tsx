// A list that is one stop of the Tab key: arrows, Home and End move in it. Its items are elements with `data-roving` and
// tabIndex -1; which of them Tab reaches is kept here.

import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react'

export function RovingList(props: {
  readonly label: string
  readonly className?: string
  readonly children: ReactNode
}): ReactNode {
  const { label, className, children } = props
  const list = useRef<HTMLUListElement>(null)
  useLayoutEffect(() => {
    if (list.current !== null) letOneIn(itemsOf(list.current))
  })
  return (
    <ul
      ref={list}
      aria-label={label}
      className={className}
      onKeyDown={move}
      onFocus={({ currentTarget, target }) => {
        const items = itemsOf(currentTarget)
        if (items.includes(target)) letIn(items, target)
      }}
    >
      {children}
    </ul>
  )
}

function move(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const items = itemsOf(event.currentTarget)
  const here = items.indexOf(event.target as HTMLElement)
  if (here < 0) return
  const goals: Readonly<Record<string, number>> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    Home: 0,
    End: items.length - 1,
  }
  const goal = goals[event.key]
  if (goal === undefined) return
  event.preventDefault()
  items[Math.min(Math.max(goal, 0), items.length - 1)]?.focus()
}

/** The one with the focus, else the current one, else the first. */
function letOneIn(items: readonly HTMLElement[]): void {
  const focused = items.find((item) => item === document.activeElement)
  const chosen = focused ?? items.find((item) => item.getAttribute('aria-current') === 'true') ?? items[0]
  if (chosen !== undefined) letIn(items, chosen)
}

function letIn(items: readonly HTMLElement[], chosen: HTMLElement): void {
  for (const item of items) item.tabIndex = item === chosen ? 0 : -1
}

function itemsOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[data-roving]')]
}
