// What a store's thread and its owner say to each other.

import type { StoreFailure } from './store-failure.ts'

export interface StoreCall {
  readonly id: number
  readonly operation: string
  readonly argument: unknown
}

export type ToStore = { readonly kind: 'calls'; readonly calls: readonly StoreCall[] } | { readonly kind: 'close' }

export interface StoreAnswer {
  readonly id: number
  readonly failure?: StoreFailure
  readonly value?: unknown
}

export type FromStore =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answers'; readonly answers: readonly StoreAnswer[] }
  /** The store cannot go on: its file is damaged, newer than this program, or the disk failed to keep a commit. */
  | { readonly kind: 'fatal'; readonly code: string; readonly details: Record<string, unknown> }
  | { readonly kind: 'closed' }
