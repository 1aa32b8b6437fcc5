// The page's icons: strokes on a grid of 20, drawn in the colour of the text around them. They are decoration: whoever
// uses one says the same in words beside it or in the label of the control.

import type { ReactNode } from 'react'

const drawings = {
  add: <path d="M10 4v12M4 10h12" />,
  alert: <path d="M10 3.2 17.5 16.3H2.5Z M10 8v3.6M10 14v.01" />,
  back: <path d="M12.5 4 6.5 10l6 6" />,
  bell: <path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.2 1.5H3.8ZM8.2 17.2a2 2 0 0 0 3.6 0" />,
  block: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="m5.3 5.3 9.4 9.4" />
    </>
  ),
  check: <path d="m4 10.6 4 4 8-9" />,
  clock: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="M10 6.2V10l2.6 1.8" />
    </>
  ),
  close: <path d="m5 5 10 10M15 5 5 15" />,
  copy: <path d="M7.5 7.5h8.8v8.8H7.5ZM12.5 7.5V3.7H3.7v8.8h3.8" />,
  direct: <path d="M3 10h13M11.5 5.5 16 10l-4.5 4.5" />,
  down: <path d="M10 3.5v12.5M4.8 10.8 10 16l5.2-5.2" />,
  draft: <path d="m4 16 .8-3.6 8.4-8.4 2.8 2.8-8.4 8.4Z" />,
  everyone: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="M3.2 10h13.6M10 3.2c-4.2 4-4.2 9.6 0 13.6 4.2-4 4.2-9.6 0-13.6" />
    </>
  ),
  expired: <path d="M5.5 3h9M5.5 17h9M6.5 3c0 4 7 5 7 7s-7 3-7 7M13.5 3c0 4-7 5-7 7s7 3 7 7" />,
  flag: <path d="M5 17V3.5h9.5L12.5 7.2l2 3.6H5" />,
  help: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="M7.9 8.1a2.1 2.1 0 1 1 3.2 1.8c-.8.5-1.1.9-1.1 1.7M10 13.8v.01" />
    </>
  ),
  info: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="M10 9.3v4.2M10 6.6v.01" />
    </>
  ),
  key: (
    <>
      <circle cx="6.6" cy="13.4" r="3.4" />
      <path d="m9.1 10.9 7.4-7.4M12.6 7.4l2.4 2.4" />
    </>
  ),
  leave: <path d="M8.5 3.5H4v13h4.5M8 10h8.5M13 6.5l3.5 3.5-3.5 3.5" />,
  lock: <path d="M4.5 9h11v7.5h-11ZM6.8 9V6.5a3.2 3.2 0 0 1 6.4 0V9" />,
  mailbox: <path d="M3 5h14v10.5H3ZM3 6l7 5.5L17 6" />,
  menu: <path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h13" />,
  more: <path d="M4.5 10v.01M10 10v.01M15.5 10v.01" strokeWidth="2.6" />,
  people: (
    <>
      <circle cx="7.5" cy="7" r="2.8" />
      <path d="M2.5 16c.3-3 2.3-4.6 5-4.6s4.7 1.6 5 4.6M12.8 4.6a2.6 2.6 0 0 1 0 4.9M14.4 11.8c1.9.6 3 2.1 3.2 4.2" />
    </>
  ),
  person: (
    <>
      <circle cx="10" cy="6.8" r="3.1" />
      <path d="M4 16.5c.4-3.4 2.7-5.2 6-5.2s5.6 1.8 6 5.2" />
    </>
  ),
  phone: <path d="M6 3.5 8 7 6.7 8.5c.8 2 2.5 3.8 4.8 4.8L13 12l3.5 2-.5 2.5C9 17.5 2.7 10.5 3.5 4Z" />,
  retry: <path d="M15.8 8.5A6.2 6.2 0 1 0 16 12M16.5 4v4.5H12" />,
  search: (
    <>
      <circle cx="8.8" cy="8.8" r="5.3" />
      <path d="m12.8 12.8 4 4" />
    </>
  ),
  send: <path d="M3.5 10 3 3.5 17 10 3 16.5ZM3.5 10H10" />,
  settings: (
    <>
      <path d="M3 6h7M14.5 6H17M3 14h2.5M10 14h7" />
      <circle cx="12.2" cy="6" r="2.2" />
      <circle cx="7.7" cy="14" r="2.2" />
    </>
  ),
  stored: <path d="m2 10.8 3.6 3.6 7-8M9.6 13.4l1 1 7.4-8.4" />,
  trash: <path d="M3.5 5.5h13M8 5.5V3.5h4v2M5.2 5.5l.8 11h8l.8-11" />,
  two: <path d="M3 4h8.5v6H7.5L5 12.2V10H3ZM11.5 8.2H17v6h-2v2.2L12.5 14.2H8.7V12.5" />,
} satisfies Readonly<Record<string, ReactNode>>

export type IconName = keyof typeof drawings

export interface IconProps {
  readonly name: IconName
  /** Pixels at the usual text size; it grows with the text. 20 where absent. */
  readonly size?: number
}

/** Decoration, hidden from assistive technology. */
export function Icon({ name, size = 20 }: IconProps): ReactNode {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      width={`${size / 16}em`}
      height={`${size / 16}em`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {drawings[name]}
    </svg>
  )
}
