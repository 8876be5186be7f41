import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell, Keyboard, KeyRound, LogOut, Plug } from 'lucide-react'
import { useState } from 'react'
import { nowSignedIn, signOut } from '../api/session.ts'
import type { Me } from '../api/types.ts'
import { appDialog } from '../commands/dialogs.tsx'
import { setSingleKeys, singleKeys } from '../commands/use-keys.ts'
import { commandWords } from '../commands/words.ts'
import { forgetDrafts } from '../composer/draft-store.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { useStore } from '../ui/store.ts'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { PasswordDialog } from './password-dialog.tsx'
import { LanguageSelect, ThemeSelect } from './preferences.tsx'

const ITEM = 'w-full justify-start'

export function AccountPanel({ me }: { me: Me }) {
  const words = useWords()
  const keyWords = useRoomWords(commandWords)
  const errorText = useErrorText()
  const client = useQueryClient()
  const single = useStore(singleKeys)
  const [settingPassword, setSettingPassword] = useState(false)
  const out = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      forgetDrafts()
      nowSignedIn(client, null)
    },
  })
  return (
    <>
      <div className="border-b border-line px-3 py-2">
        <p className="truncate font-medium">{me.name}</p>
        <p className="truncate text-[0.8125rem] text-soft">
          {me.email ? `${me.email} · ` : ''}
          {words.account.roles[me.role]}
        </p>
      </div>
      <div className="space-y-3 px-3 py-3">
        <LanguageSelect />
        <ThemeSelect />
        <Checkbox
          asSwitch
          label={keyWords.singleKeys}
          checked={single}
          onChange={({ target }) => setSingleKeys(target.checked)}
          className="text-[0.8125rem]"
        />
      </div>
      <div className="flex flex-col border-t border-line pt-1">
        {out.error && <Notice look="danger">{errorText(out.error)}</Notice>}
        <Button look="quiet" className={ITEM} onClick={() => appDialog.set({ name: 'alerts' })}>
          <Bell size={15} aria-hidden="true" />
          {keyWords.openAlerts}
        </Button>
        <Button look="quiet" className={ITEM} onClick={() => appDialog.set({ name: 'shortcuts' })}>
          <Keyboard size={15} aria-hidden="true" />
          {keyWords.openShortcuts}
        </Button>
        <Link
          to="/account/integrations"
          className="flex h-8 items-center gap-1.5 rounded-md px-3 text-[0.8125rem] font-medium text-soft hover:bg-hover hover:text-ink pointer-coarse:h-11"
        >
          <Plug size={15} aria-hidden="true" />
          {words.account.integrations}
        </Link>
        <Button look="quiet" className={ITEM} onClick={() => setSettingPassword(true)}>
          <KeyRound size={15} aria-hidden="true" />
          {words.account.setPassword}
        </Button>
        <Button look="quiet" className={ITEM} disabled={out.isPending} onClick={() => out.mutate()}>
          <LogOut size={15} aria-hidden="true" />
          {words.account.signOut}
        </Button>
      </div>
      {settingPassword && <PasswordDialog onClose={() => setSettingPassword(false)} />}
    </>
  )
}
