// The request dialogue: the first thing one sees, and the way to another name or registry. It asks, shows how the
// registry answers, and goes away when one is in.

import { type ReactNode, useEffect, useState } from 'react'
import { type OpenRequest, useModel, usePage } from '../model/index.ts'
import { codeOf, errorLine, type ErrorWords } from '../words/index.ts'
import { Logo } from '../logo.tsx'
import { useShell } from '../shell/shell-context.tsx'
import { JoinProgress } from './join-progress.tsx'
import { fieldOf, joinView } from './join-view.ts'
import { type FormProblems, type FormValues, RequestForm } from './request-form.tsx'
import './request.css'

/** `onClose`: a peer is open already, and the user may leave it at that. */
export function RequestDialogue({ onClose }: { readonly onClose?: () => void }): ReactNode {
  const page = usePage()
  const shell = useShell()
  const host = useModel((state) => state.host)
  const joining = useModel((state) => state.joining)
  const status = useModel((state) => state.status)
  const [values, setValues] = useState<FormValues>(() => ({
    name: onClose === undefined ? (host?.name ?? '') : '',
    registry: host?.registry ?? '',
    port: '',
    inviteCode: '',
  }))
  const [problems, setProblems] = useState<FormProblems>({})
  const [isEditing, setEditing] = useState(joining === undefined)
  // A profile may have been made since the page was opened.
  useEffect(() => {
    page.askHost().catch(() => undefined)
  }, [page])
  const send = async (request: OpenRequest): Promise<void> => {
    setProblems({})
    setEditing(false)
    try {
      await page.open(request)
      shell.changeAccount(false)
    } catch (error) {
      setEditing(true)
      setProblems({ [fieldOf(codeOf(error)) ?? 'form']: errorLine(error) })
    }
  }
  const change = (field?: 'name' | 'registry', words?: ErrorWords): void => {
    setEditing(true)
    setProblems(field === undefined || words === undefined ? {} : { [field]: lineOf(words) })
  }
  const isForm = isEditing || joining === undefined
  return (
    <main className="request-page">
      <div className="request-card">
        <RequestHead />
        {isForm ? (
          <RequestForm
            values={values}
            onValues={setValues}
            problems={problems}
            profiles={host?.profiles ?? []}
            onSend={(request) => void send(request)}
            {...(onClose === undefined ? {} : { onClose })}
          />
        ) : (
          <JoinProgress
            view={joinView(isSame(joining, status?.name) ? status : undefined)}
            request={joining}
            status={status}
            onChange={change}
            onGoOn={() => page.stopJoining()}
          />
        )}
      </div>
      <RequestFoot version={host?.version} />
    </main>
  )
}

function RequestHead(): ReactNode {
  return (
    <header className="request-head">
      <Logo size={44} />
      <div>
        <h1>Parley</h1>
        <p>Chat that goes straight to the person.</p>
      </div>
    </header>
  )
}

function RequestFoot({ version }: { readonly version: string | undefined }): ReactNode {
  return (
    <p className="request-foot">
      Your keys and your history stay on this machine. {version !== undefined && `Parley ${version}`}
    </p>
  )
}

/** The status may still be that of the account before. */
function isSame(joining: OpenRequest, name: string | undefined): boolean {
  return name !== undefined && name.toLowerCase() === joining.name.toLowerCase()
}

function lineOf({ text, hint }: ErrorWords): string {
  return hint === undefined ? text : `${text} ${hint}`
}
