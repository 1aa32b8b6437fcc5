// What of the page is open beside the conversation: a dialog, the search, the details. One dialog at a time.

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { assert } from '../../../base/index.ts'
import type { ConversationKey } from '../../../api/index.ts'
import { changeSettings, useSettings } from '../settings/index.ts'

export type ShellDialog =
  | { readonly kind: 'jump' }
  | { readonly kind: 'help' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'notices' }
  | { readonly kind: 'newRoom' }
  | { readonly kind: 'login' }
  | { readonly kind: 'logout' }
  | { readonly kind: 'addFriend'; readonly name?: string }
  | { readonly kind: 'block'; readonly name: string }
  | { readonly kind: 'chatRequest'; readonly from: string }
  | { readonly kind: 'invitation'; readonly room: number }
  | { readonly kind: 'keyChanged'; readonly name: string }
  | { readonly kind: 'leaveRoom'; readonly room: number }
  | { readonly kind: 'nameRoom'; readonly room: number }
  | { readonly kind: 'inviteToRoom'; readonly room: number }

/** `scope` undefined: everywhere. */
export interface OpenSearch {
  readonly scope: ConversationKey | undefined
  /** Counts up, so that asking again gives the field the focus. */
  readonly turn: number
}

export interface Shell {
  readonly dialog: ShellDialog | undefined
  readonly open: (dialog: ShellDialog) => void
  readonly close: () => void
  readonly search: OpenSearch | undefined
  readonly openSearch: (scope: ConversationKey | undefined) => void
  readonly closeSearch: () => void
  /** Beside the conversation where there is room; over it where there is not. */
  readonly details: 'beside' | 'over' | undefined
  readonly toggleDetails: () => void
  readonly closeDetails: () => void
  /** The request dialogue over a peer that is open: another name or registry. */
  readonly isChangingAccount: boolean
  readonly changeAccount: (isOpen: boolean) => void
}

const Context = createContext<Shell | undefined>(undefined)

export function useShell(): Shell {
  const shell = useContext(Context)
  assert(shell !== undefined, 'the component stands inside a ShellProvider')
  return shell
}

/** `isWide`: there is room for details beside the conversation. */
export function ShellProvider(props: { readonly isWide: boolean; readonly children: ReactNode }): ReactNode {
  const { isWide, children } = props
  const { showDetails } = useSettings()
  const [dialog, setDialog] = useState<ShellDialog>()
  const [search, setSearch] = useState<OpenSearch>()
  const [isOver, setOver] = useState(false)
  const [isChangingAccount, setChanging] = useState(false)
  const shell = useMemo<Shell>(
    () => ({
      dialog,
      open: setDialog,
      close: () => setDialog(undefined),
      search,
      openSearch: (scope) => setSearch((former) => ({ scope, turn: (former?.turn ?? 0) + 1 })),
      closeSearch: () => setSearch(undefined),
      details: isWide ? (showDetails ? 'beside' : undefined) : isOver ? 'over' : undefined,
      toggleDetails: () => (isWide ? changeSettings({ showDetails: !showDetails }) : setOver(!isOver)),
      closeDetails: () => (isWide ? changeSettings({ showDetails: false }) : setOver(false)),
      isChangingAccount,
      changeAccount: setChanging,
    }),
    [dialog, search, isOver, isWide, showDetails, isChangingAccount],
  )
  return <Context value={shell}>{children}</Context>
}
