import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import type { ProviderField } from '../api.ts'
import { isOneWord } from '../one-word.ts'
import { channelWords } from '../words.ts'
import { useChannelChange } from './use-channel-change.ts'

interface ReplaceSecretDialogProps {
  channelId: string
  field: ProviderField
  onClose: () => void
}

/** Puts another token or app secret in place of the stored one. The provider is asked before it is taken. */
export function ReplaceSecretDialog({ channelId, field, onClose }: ReplaceSecretDialogProps) {
  const { secrets: words, errors } = useRoomWords(channelWords)
  const { app } = useWords()
  const errorText = useErrorText(errors)
  const [value, setValue] = useState('')
  const [keepOld, setKeepOld] = useState(true)
  const what = field.label
  const fits = isOneWord(value)
  const rotates = field.key === 'appSecret'
  const change = useChannelChange(channelId, () => {
    showToast(words.replaced(what))
    onClose()
  })
  const isWrong = value.trim() !== '' && !fits
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (fits) change.mutate({ [field.key]: value.trim(), ...(rotates && { keepOldAppSecret: keepOld }) })
  }
  return (
    <Dialog title={words.replaceTitle(what)} onClose={onClose}>
      <form onSubmit={onSubmit} noValidate className="space-y-3">
        <Field
          label={words.newValue}
          hint={field.help}
          error={isWrong ? words.form : null}
          type="password"
          autoComplete="off"
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        {rotates && (
          <Checkbox
            label={words.keepOld}
            hint={words.keepOldHint}
            checked={keepOld}
            onChange={(event) => setKeepOld(event.target.checked)}
          />
        )}
        {change.error && (
          <Notice look="danger" urgent>
            {errorText(change.error)}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" disabled={!fits || change.isPending}>
            {app.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
