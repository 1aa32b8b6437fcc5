// Logging in again, over the page: after a logout, or when the registry asks.

import type { ReactNode } from 'react'
import { Dialog } from '../../ui/index.ts'
import { useModel } from '../model/index.ts'
import { LoginForm } from '../request/login-form.tsx'
import { firstLoginStep } from '../request/login-step.ts'

export function LoginDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const status = useModel((state) => state.status)
  if (status === undefined) return null
  return (
    <Dialog
      title={
        <>
          Log in as <bdi>{status.name}</bdi>
        </>
      }
      text={`At ${status.registryName ?? status.registry}.`}
      isOpen
      onClose={onClose}
    >
      <LoginForm name={status.name} first={firstLoginStep(status)} onDone={onClose} onCancel={onClose} />
    </Dialog>
  )
}
