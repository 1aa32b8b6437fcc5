// `?`: the keys, out of the table that the page itself follows, and what the marks mean.

import type { ReactNode } from 'react'
import { Dialog, Icon, type IconName } from '../../ui/index.ts'
import { useModel } from '../model/index.ts'
import { useSettings } from '../settings/index.ts'
import { keyGroups } from '../shell/shell-key.ts'

const marks: readonly { readonly icon: IconName; readonly word: string; readonly text: string }[] = [
  { icon: 'clock', word: 'kept', text: 'on your own disk; Parley keeps trying' },
  { icon: 'mailbox', word: 'in the mailbox', text: 'sealed at the registry, until they come back' },
  { icon: 'stored', word: 'stored', text: 'on their disk, and they have said so' },
  { icon: 'expired', word: 'expired', text: 'never collected; the mailbox let it go' },
  { icon: 'alert', word: 'not sent', text: 'it will not arrive; the reason stands beside it' },
  { icon: 'direct', word: 'direct', text: 'straight from machine to machine' },
]

export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { enterSends } = useSettings()
  const version = useModel((state) => state.status?.version)
  const main = /Mac|iP/.test(navigator.userAgent) ? '⌘' : 'Ctrl'
  return (
    <Dialog title="Keys and marks" isOpen onClose={onClose} size="wide">
      <div className="help">
        {keyGroups(main, enterSends).map((group) => (
          <section key={group.title}>
            <h3 className="help-title">{group.title}</h3>
            <dl className="help-rows">
              {group.rows.map(({ keys, text }) => (
                <div key={text} className="help-row">
                  <dt>
                    {keys.map((chord) => (
                      <span key={chord.join('+')} className="chord">
                        {chord.map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </span>
                    ))}
                  </dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3 className="help-title">How far a message came</h3>
          <dl className="help-rows">
            {marks.map(({ icon, word, text }) => (
              <div key={word} className="help-row">
                <dt className="help-mark">
                  <Icon name={icon} size={16} /> {word}
                </dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      {version !== undefined && (
        <p className="field-note">Parley {version}. The terminal's verbs do the same as this page.</p>
      )}
    </Dialog>
  )
}
