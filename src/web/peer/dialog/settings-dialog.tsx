// The settings of this browser. Each holds at once; there is nothing to save.

import { type ReactNode, useState } from 'react'
import { Button, ChoiceField, Dialog, SwitchField } from '../../ui/index.ts'
import { askToNotify, notifyLeave } from '../attention/desktop.ts'
import { changeSettings, useSettings } from '../settings/index.ts'
import { PasswordForm } from './password-form.tsx'
import { useModel } from '../model/index.ts'

export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const settings = useSettings()
  const accounts = useModel((state) => state.status?.accounts)
  const [isChangingPassword, setChanging] = useState(false)
  return (
    <Dialog title="Settings" isOpen onClose={onClose} size="medium">
      <ChoiceField
        label="Look"
        value={settings.theme}
        choices={[
          { value: 'system', text: 'As the system' },
          { value: 'light', text: 'Light' },
          { value: 'dark', text: 'Dark' },
        ]}
        onChange={(theme) => changeSettings({ theme })}
      />
      <SwitchField
        label="More contrast"
        hint="Stronger lines and darker text; on by itself where your system asks for it."
        isOn={settings.contrast === 'more'}
        onChange={(isOn) => changeSettings({ contrast: isOn ? 'more' : 'system' })}
      />
      <ChoiceField
        label="Enter key"
        value={settings.enterSends ? 'send' : 'line'}
        choices={[
          { value: 'send', text: 'Sends' },
          { value: 'line', text: 'New line, Ctrl+Enter sends' },
        ]}
        onChange={(value) => changeSettings({ enterSends: value === 'send' })}
      />
      <NotifySettings />
      {accounts === 'password' &&
        (isChangingPassword ? (
          <PasswordForm onDone={() => setChanging(false)} />
        ) : (
          <div>
            <Button icon="lock" onClick={() => setChanging(true)}>
              Change password
            </Button>
          </div>
        ))}
    </Dialog>
  )
}

function NotifySettings(): ReactNode {
  const settings = useSettings()
  const [leave, setLeave] = useState(notifyLeave)
  const turn = async (isOn: boolean): Promise<void> => {
    const given = isOn ? await askToNotify() : leave
    setLeave(given)
    changeSettings({ notify: isOn && given === 'granted' })
  }
  const hints = {
    granted: 'Only while this page is hidden.',
    default: 'Only while this page is hidden. Your browser asks for your leave.',
    denied: 'Your browser forbids it for this page. Its settings for this site allow it again.',
    absent: 'This browser has no notifications.',
  }
  return (
    <>
      <SwitchField
        label="Notifications"
        hint={hints[leave]}
        isOn={settings.notify && leave === 'granted'}
        isDisabled={leave === 'denied' || leave === 'absent'}
        onChange={(isOn) => void turn(isOn)}
      />
      <SwitchField
        label="Show what the message says"
        hint="Otherwise a notification names only who wrote, as it may show on a locked screen."
        isOn={settings.notifyText}
        isDisabled={!settings.notify}
        onChange={(notifyText) => changeSettings({ notifyText })}
      />
    </>
  )
}
