// The window's head: which registry this is, where it listens, whether it answers, and what is always at hand.

import { type ReactNode, useState } from 'react'
import type { RegistryAbout, RegistryFigures } from '../../api/index.ts'
import { Button, IconButton, Menu, Tooltip } from '../ui/index.ts'
import { CopyButton } from './copy-button.tsx'
import { durationText, instantText } from './model/figure-words.ts'
import { applyLook, keptLook, looks, lookWords } from './model/look.ts'

interface WindowHeadProps {
  readonly about: RegistryAbout
  readonly figures: RegistryFigures
  readonly isLive: boolean
  readonly onInvite: () => void
}

const modeWords = { open: 'open to anybody', password: 'names with passwords', invite: 'by invitation' } as const

export function WindowHead({ about, figures, isLive, onInvite }: WindowHeadProps): ReactNode {
  const { name, address, version, accounts, startedAt, fingerprint } = about
  return (
    <header className="head">
      <div className="head-name">
        <span className="head-sign" aria-hidden="true" />
        <div>
          <h1>{name}</h1>
          <p className="head-kind">Parley registry, {modeWords[accounts]}</p>
        </div>
      </div>
      <dl className="head-facts">
        <Fact title="Address">
          <code>{address}</code>
          <CopyButton text={about.invite} label="Copy the invite link" />
        </Fact>
        <Fact title="Key" isLong>
          <code>{fingerprint}</code>
        </Fact>
        <Fact title="Up">
          <Tooltip text={`since ${instantText(startedAt)}`}>
            <span tabIndex={0}>{durationText(figures.uptimeMs)}</span>
          </Tooltip>
        </Fact>
        <Fact title="Version">{version}</Fact>
      </dl>
      <div className="head-acts">
        <span className={isLive ? 'live is-live' : 'live'} role="status">
          <span className="live-dot" aria-hidden="true" />
          {isLive ? 'live' : 'no answer'}
        </span>
        <Button kind="primary" icon="add" onClick={onInvite}>
          Invite
        </Button>
        <LookMenu />
      </div>
    </header>
  )
}

function LookMenu(): ReactNode {
  const [look, setLook] = useState(() => keptLook(localStorage))
  const entries = looks.map((choice) => ({
    text: lookWords[choice],
    ...(choice === look && { icon: 'check' as const }),
    onSelect: () => {
      applyLook(choice, document.documentElement, localStorage)
      setLook(choice)
    },
  }))
  return <Menu trigger={<IconButton icon="settings" label="Look" />} groups={[entries]} />
}

interface FactProps {
  readonly title: string
  readonly isLong?: boolean
  readonly children: ReactNode
}

function Fact({ title, isLong = false, children }: FactProps): ReactNode {
  return (
    <div className={isLong ? 'fact fact-long' : 'fact'}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  )
}
