import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound, LogOut } from 'lucide-react'
import { useState } from 'react'
import { nowSignedIn, signOut } from '../api/session.ts'
import type { Me } from '../api/types.ts'
import { forgetDrafts } from '../composer/draft-store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Popover } from '../ui/popover.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { PasswordDialog } from './password-dialog.tsx'
import { LanguageSelect, ThemeSelect } from './preferences.tsx'

/** Who one is, how the app looks, and the way out. */
export function AccountMenu({ me }: { me: Me }) {
  const words = useWords()
  const errorText = useErrorText()
  const client = useQueryClient()
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
      <Popover
        label={words.account.menu(me.name)}
        button={<Avatar name={me.name} id={me.id ?? me.name} />}
        buttonClass="inline-flex size-10 items-center justify-center rounded-lg hover:bg-hover pointer-coarse:size-11"
        place="right-0 bottom-full mb-2 w-64 md:bottom-0 md:left-full md:ml-2 md:mb-0"
      >
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
        </div>
        <div className="flex flex-col border-t border-line pt-1">
          {out.error && <Notice look="danger">{errorText(out.error)}</Notice>}
          <Button look="quiet" className="justify-start" onClick={() => setSettingPassword(true)}>
            <KeyRound size={15} aria-hidden="true" />
            {words.account.setPassword}
          </Button>
          <Button look="quiet" className="justify-start" disabled={out.isPending} onClick={() => out.mutate()}>
            <LogOut size={15} aria-hidden="true" />
            {words.account.signOut}
          </Button>
        </div>
      </Popover>
      {settingPassword && <PasswordDialog onClose={() => setSettingPassword(false)} />}
    </>
  )
}
