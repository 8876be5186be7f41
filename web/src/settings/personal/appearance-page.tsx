import { useState } from 'react'
import { AlertsDialog } from '../../alerts/alerts-dialog.tsx'
import { setSingleKeys, singleKeys } from '../../commands/use-keys.ts'
import {
  SEND_KEYS,
  sendKey,
  setSendKey,
  setUndoSeconds,
  UNDO_SECONDS,
  undoSeconds,
} from '../../composer/send-settings.ts'
import { LanguageSelect, ThemeSelect } from '../../sign-in/preferences.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Select } from '../../ui/field.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { useStore } from '../../ui/store.ts'
import { useRoomWords } from '../../words/room-words.ts'
import { settingsWords } from '../words.ts'
import { personalWords } from './words.ts'

/** How the app looks and works for one person, in this browser. */
export function AppearancePage() {
  const { pages } = useRoomWords(settingsWords)
  const words = useRoomWords(personalWords)
  const key = useStore(sendKey)
  const undo = useStore(undoSeconds)
  const single = useStore(singleKeys)
  const [choosingAlerts, setChoosingAlerts] = useState(false)
  return (
    <Page title={pages.appearance} intro={words.intro}>
      <div className="space-y-4">
        <Card title={words.look}>
          <div className="grid max-w-xl gap-3 sm:grid-cols-2">
            <LanguageSelect />
            <ThemeSelect />
          </div>
        </Card>
        <Card title={words.writing}>
          <fieldset className="mb-4">
            <legend className="mb-1 text-[0.8125rem] text-soft">{words.sendKey}</legend>
            {SEND_KEYS.map((value) => (
              <label key={value} className="flex items-start gap-2.5 py-1 text-[0.8125rem] pointer-coarse:py-2.5">
                <input
                  type="radio"
                  name="send-key"
                  className="mt-0.5 accent-accent-fill"
                  checked={key === value}
                  onChange={() => setSendKey(value)}
                />
                {words.sendKeys[value]}
              </label>
            ))}
          </fieldset>
          <Select
            className="max-w-xs"
            label={words.undo}
            hint={words.undoHint}
            value={String(undo)}
            options={UNDO_SECONDS.map((seconds) => ({ value: String(seconds), label: words.undoSeconds(seconds) }))}
            onChange={(event) => setUndoSeconds(Number(event.target.value))}
          />
        </Card>
        <Card title={words.keys}>
          <Checkbox
            asSwitch
            label={words.singleKeys}
            hint={words.singleKeysHint}
            checked={single}
            onChange={(event) => setSingleKeys(event.target.checked)}
          />
        </Card>
        <Card title={words.alerts} intro={words.alertsText}>
          <Button onClick={() => setChoosingAlerts(true)}>{words.alertsOpen}</Button>
        </Card>
      </div>
      {choosingAlerts && <AlertsDialog onClose={() => setChoosingAlerts(false)} />}
    </Page>
  )
}
