// The sign of Parley: two strokes of speech that face each other.

import type { ReactNode } from 'react'

const stroke =
  'M6.4 9.2A2.2 2.2 0 0 1 8.6 7h4A2.2 2.2 0 0 1 14.8 9.2v5.8a6.4 6.4 0 0 1-6.4 6.4V18a3 3 0 0 0 2.9-2.6H8.6a2.2 2.2 0 0 1-2.2-2.2z'

export function Logo({ size }: { readonly size: number }): ReactNode {
  return (
    <svg className="logo" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <rect className="logo-ground" width="32" height="32" rx="9" />
      <path className="logo-stroke" d={stroke} />
      <path className="logo-stroke" d={stroke} transform="rotate(180 16 16)" />
    </svg>
  )
}
