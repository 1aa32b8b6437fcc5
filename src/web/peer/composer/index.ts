// Where one writes, and what was written until the peer has it.

export { Composer, type ComposerProps } from './composer.tsx'
export { outgoingOf } from './page-outgoing.ts'
