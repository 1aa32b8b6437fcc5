// Where one writes, and what was written until the peer has it.

export { Composer, type ComposerProps } from './composer.tsx'
export { outgoingOf, useOutgoing } from './page-outgoing.ts'
