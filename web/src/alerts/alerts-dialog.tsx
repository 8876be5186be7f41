import { Volume2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox } from '../ui/field.tsx'
import { useStore } from '../ui/store.ts'
import { useRoomWords } from '../words/room-words.ts'
import { ALERTS_FOR, alertSettings, changeAlertSettings } from './alert-settings.ts'
import { ring } from './ring.ts'
import { alertWords } from './words.ts'

/** When and how this browser calls somebody who is not looking. */
export function AlertsDialog({ onClose }: { onClose: () => void }) {
  const words = useRoomWords(alertWords)
  const settings = useStore(alertSettings)
  const [permission, setPermission] = useState(notificationPermission)
  const off = settings.for === 'none'
  const chooseDesktop = async (on: boolean) => {
    if (!on) return changeAlertSettings({ desktop: false })
    const given = permission === 'default' ? await Notification.requestPermission() : permission
    setPermission(given)
    changeAlertSettings({ desktop: given === 'granted' })
  }
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p className="mb-4 text-[0.8125rem] text-soft">{words.intro}</p>
      <fieldset>
        <legend className="mb-1.5 font-medium">{words.for}</legend>
        {ALERTS_FOR.map((choice) => (
          <label key={choice} className="flex min-h-8 cursor-pointer items-center gap-2.5 pointer-coarse:min-h-11">
            <input
              type="radio"
              name="alerts-for"
              checked={settings.for === choice}
              onChange={() => changeAlertSettings({ for: choice })}
              className="size-4 accent-accent-fill"
            />
            {words.choices[choice]}
          </label>
        ))}
      </fieldset>
      <div className="mt-4 space-y-3.5 border-t border-line pt-4">
        <div className="flex items-start justify-between gap-3">
          <Checkbox
            asSwitch
            label={words.sound}
            disabled={off}
            checked={settings.sound}
            onChange={({ target }) => changeAlertSettings({ sound: target.checked })}
          />
          <Button small look="quiet" onClick={ring}>
            <Volume2 size={14} aria-hidden="true" />
            {words.test}
          </Button>
        </div>
        <Checkbox
          asSwitch
          label={words.desktop}
          hint={permission === 'granted' ? undefined : words[HINTS[permission]]}
          disabled={off || permission === 'denied' || permission === 'unsupported'}
          checked={settings.desktop && permission === 'granted'}
          onChange={({ target }) => void chooseDesktop(target.checked)}
        />
        <Checkbox
          asSwitch
          label={words.showText}
          hint={words.showTextHint}
          disabled={off || !settings.desktop}
          checked={settings.showText}
          onChange={({ target }) => changeAlertSettings({ showText: target.checked })}
        />
        <Checkbox
          asSwitch
          label={words.repeat}
          disabled={off || (!settings.sound && !settings.desktop)}
          checked={settings.repeat}
          onChange={({ target }) => changeAlertSettings({ repeat: target.checked })}
        />
      </div>
    </Dialog>
  )
}

const HINTS = { default: 'asking', denied: 'denied', unsupported: 'unsupported' } as const

const notificationPermission = (): NotificationPermission | 'unsupported' =>
  'Notification' in window && window.isSecureContext ? Notification.permission : 'unsupported'
