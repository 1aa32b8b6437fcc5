// The model in React: the context, and hooks that draw a component again only when what it selects is another value.

import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useSyncExternalStore,
} from 'react'
import { assert } from '../../../base/index.ts'
import type { PageEvent, PageModel } from './page-model.ts'
import type { PageState } from './page-state.ts'

const Context = createContext<PageModel | undefined>(undefined)

export function ModelProvider(props: { readonly model: PageModel; readonly children: ReactNode }): ReactNode {
  return createElement(Context, { value: props.model }, props.children)
}

/** The model itself: `usePage().peer.send(...)`, `usePage().select(key)`. Read `peer` at each call: it may be another. */
export function usePage(): PageModel {
  const model = useContext(Context)
  assert(model !== undefined, 'the component stands inside a ModelProvider')
  return model
}

/**
 * What `select` takes out of the state. It must give the same value (by `Object.is`) for the same state: a part of the
 * state or a primitive, never a fresh object.
 */
export function useModel<Part>(select: (state: PageState) => Part): Part {
  const model = usePage()
  return useSyncExternalStore(model.watch, () => select(model.state))
}

/** Hears every event of the peer, and `resumed`, while the component stands. The latest `listener` hears. */
export function usePageEvents(listener: (event: PageEvent) => void): void {
  const model = usePage()
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => model.on((event) => latest.current(event)), [model])
}
