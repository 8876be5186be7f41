import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Field, Select } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { type ChannelDetails, type ConnectionChanges, providersQuery, taskTemplateNamesQuery } from '../api.ts'
import { channelWords } from '../words.ts'
import { useChannelChange } from './use-channel-change.ts'

/** The channel's name, and what becomes of a client's message (M9, M13). Switches take effect at once. */
export function OptionsCard({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(channelWords)
  const errorText = useErrorText(words.errors)
  const templates = useQuery(taskTemplateNamesQuery)
  const change = useChannelChange(channel.id)
  const now = { ...channel, ...(change.isPending ? change.variables : {}) }
  const set = (changes: ConnectionChanges) => change.mutate(changes)
  return (
    <Card title={words.options.title} intro={words.options.intro}>
      <div className="max-w-xl space-y-4">
        <NameAndPace channel={channel} />
        <Select
          label={words.options.template}
          value={now.taskTemplateId ?? ''}
          hint={
            <Link to="/settings/task-templates" className="inline-flex min-h-6 items-center text-accent underline">
              {words.options.manageTemplates}
            </Link>
          }
          options={(templates.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => set({ taskTemplateId: event.target.value })}
        />
        <Checkbox
          asSwitch
          label={words.options.newTask}
          hint={words.options.newTaskHint}
          checked={now.newTaskIfNoActive}
          onChange={(event) => set({ newTaskIfNoActive: event.target.checked })}
        />
        <Checkbox
          asSwitch
          label={words.options.reopen}
          hint={now.newTaskIfNoActive ? words.options.reopenOff : words.options.reopenHint}
          checked={now.reopenLastTask}
          disabled={now.newTaskIfNoActive}
          onChange={(event) => set({ reopenLastTask: event.target.checked })}
        />
        {change.error && (
          <Notice look="danger" urgent>
            {errorText(change.error)}
          </Notice>
        )}
      </div>
    </Card>
  )
}

function NameAndPace({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(channelWords)
  const { words: common, locale } = useLanguage()
  const errorText = useErrorText(words.errors)
  const provider = useQuery(providersQuery(locale)).data?.find((one) => one.provider === channel.provider)
  const [name, setName] = useState(channel.name)
  const [pace, setPace] = useState(channel.pacing === null ? '' : String(channel.pacing.perSecond))
  const change = useChannelChange(channel.id)
  const perSecond = Number(pace)
  const paceIsWrong = pace.trim() !== '' && !(Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= 1_000)
  const pacing = pace.trim() === '' ? null : { perSecond }
  const isChanged = name.trim() !== channel.name || (pacing?.perSecond ?? null) !== (channel.pacing?.perSecond ?? null)
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!paceIsWrong && name.trim()) change.mutate({ name: name.trim(), pacing })
  }
  const usual = channel.coexistence ? 20 : (provider?.capabilities.messagesPerSecond ?? 80)
  return (
    <form onSubmit={onSubmit} className="space-y-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label={words.name}
          hint={words.nameHint}
          value={name}
          maxLength={200}
          required
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={words.options.pacing}
          hint={words.options.pacingHint(usual)}
          error={paceIsWrong ? words.options.pacingForm : null}
          value={pace}
          inputMode="numeric"
          onChange={(event) => setPace(event.target.value)}
        />
      </div>
      {change.error && (
        <Notice look="danger" urgent>
          {errorText(change.error)}
        </Notice>
      )}
      {isChanged && (
        <Button type="submit" look="primary" disabled={change.isPending || paceIsWrong || !name.trim()}>
          {common.app.save}
        </Button>
      )}
    </form>
  )
}
