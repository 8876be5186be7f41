import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { type ChannelDetails, checkChannel } from '../api.ts'
import { CheckResults } from '../check-results.tsx'
import { isOneWord } from '../one-word.ts'
import { useSecretFields } from '../use-secret-fields.ts'
import { channelWords } from '../words.ts'
import { useChannelAction, useChannelChange } from './use-channel-change.ts'

/** A connection that broke: what is wrong, what has to be replaced, and into use again. */
export function ReconnectDialog({ channel, onClose }: { channel: ChannelDetails; onClose: () => void }) {
  const words = useRoomWords(channelWords)
  const { app } = useWords()
  const errorText = useErrorText(words.errors)
  const fields = useSecretFields(channel.provider)
  const [values, setValues] = useState<Record<string, string>>({})
  const check = useMutation({ mutationFn: () => checkChannel(channel.id) })
  const { mutate: ask } = check
  useEffect(() => ask(), [ask])
  const change = useChannelChange(channel.id, () => {
    setValues({})
    ask()
  })
  const resume = useChannelAction(channel.id, () => {
    showToast(words.resumed(channel.name))
    onClose()
  })
  const wrong = (value = '') => value.trim() !== '' && !isOneWord(value)
  const given = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value.trim() ? [[key, value.trim()]] : [])),
  )
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (Object.values(values).some(wrong)) return
    if (Object.keys(given).length > 0) change.mutate(given)
    else ask()
  }
  const good = check.data?.ok === true
  const error = change.error ?? resume.error ?? check.error
  return (
    <Dialog title={`${words.reconnectTitle}: ${channel.name}`} size="medium" onClose={onClose}>
      <form onSubmit={onSubmit} className="space-y-4">
        <p className="text-[0.8125rem] text-soft">{words.reconnectIntro}</p>
        <div aria-live="polite" className="space-y-3">
          {check.isPending && <p className="text-soft">{words.facts.checking}</p>}
          {check.data && <CheckResults steps={check.data.steps} />}
          {good && <Notice look="success">{words.allGood}</Notice>}
        </div>
        {!good &&
          fields.map(({ key, label }) => (
            <Field
              key={key}
              label={label}
              hint={words.reconnectHint}
              error={wrong(values[key]) ? words.secrets.form : null}
              type="password"
              autoComplete="off"
              value={values[key] ?? ''}
              onChange={(event) => setValues({ ...values, [key]: event.target.value })}
            />
          ))}
        {error && (
          <Notice look="danger" urgent>
            {errorText(error)}
          </Notice>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{app.cancel}</Button>
          {!good && (
            <Button type="submit" look="primary" disabled={change.isPending || check.isPending}>
              {words.saveAndCheck}
            </Button>
          )}
          {check.data && (good || !channel.closed) && (
            <Button
              look={good ? 'primary' : 'plain'}
              disabled={resume.isPending}
              onClick={() => resume.mutate('resume')}
            >
              {good ? words.resume : words.resumeAnyway}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}
