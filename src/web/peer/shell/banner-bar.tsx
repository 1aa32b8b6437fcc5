// The banner over all panes, as long as something is wrong about which the user can do something.

import type { ReactNode } from 'react'
import { Button, Icon } from '../../ui/index.ts'
import { useOutgoing } from '../composer/index.ts'
import { type BannerAction, bannerOf } from '../model/banner.ts'
import { useModel } from '../model/index.ts'
import { useShell } from './shell-context.tsx'

export function BannerBar(): ReactNode {
  const shell = useShell()
  const lineState = useModel((state) => state.lineState)
  const status = useModel((state) => state.status)
  const unsent = useOutgoing().filter(({ state }) => state === 'sending').length
  const banner = bannerOf({ lineState, status }, unsent)
  const act = (kind: BannerAction): void =>
    kind === 'login' ? shell.open({ kind: 'login' }) : shell.changeAccount(true)
  return (
    <div role="status" className="banner-place">
      {banner !== undefined && (
        <div className={`banner banner-${banner.tone}`}>
          <Icon name={banner.tone === 'plain' ? 'info' : 'alert'} />
          <p>{banner.text}</p>
          {banner.action !== undefined && <ActionButton action={banner.action} act={act} />}
        </div>
      )}
    </div>
  )
}

function ActionButton(props: {
  readonly action: { readonly kind: BannerAction; readonly text: string }
  readonly act: (kind: BannerAction) => void
}): ReactNode {
  const { action, act } = props
  return (
    <Button isSmall onClick={() => act(action.kind)}>
      {action.text}
    </Button>
  )
}
