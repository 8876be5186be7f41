import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import type { ChannelDetails } from '../api.ts'
import { type BulkDraft, bulkDraft, readBulk, USUAL_BULK } from '../bulk-form.ts'
import { channelWords } from '../words.ts'
import { useChannelChange } from './use-channel-change.ts'

/** What counts as a mailing, and how long it is kept (M17–M19), with an example that follows the numbers. */
export function BulkCard({ channel }: { channel: ChannelDetails }) {
  const { bulk: words, errors } = useRoomWords(channelWords)
  const { app } = useWords()
  const errorText = useErrorText(errors)
  const stored = bulkDraft(channel.bulk)
  const [draft, setDraft] = useState(stored)
  const change = useChannelChange(channel.id, () => showToast(app.saved))
  const set = (changes: Partial<BulkDraft>) => setDraft({ ...draft, ...changes })
  const { options, wrong } = readBulk(draft)
  const same = (other: BulkDraft) => JSON.stringify(other) === JSON.stringify(draft)
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (options) change.mutate({ bulk: options })
  }
  return (
    <Card title={words.title} intro={words.intro}>
      <form onSubmit={onSubmit} noValidate className="max-w-xl space-y-4">
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label={`${words.threshold} … ${words.thresholdUnit}`}
            inputMode="numeric"
            value={draft.threshold}
            error={wrong.threshold ? words.form.threshold : null}
            onChange={(event) => set({ threshold: event.target.value })}
          />
          <Field
            label={`${words.window} … ${words.windowUnit}`}
            inputMode="decimal"
            value={draft.minutes}
            error={wrong.minutes ? words.form.minutes : null}
            onChange={(event) => set({ minutes: event.target.value })}
          />
          <Select
            label={words.hold}
            value={draft.days === null ? 'month' : 'days'}
            options={[
              { value: 'month', label: words.holdUnits.month },
              { value: 'days', label: `… ${words.holdUnits.days}` },
            ]}
            onChange={(event) => set({ days: event.target.value === 'month' ? null : '30' })}
          />
          {draft.days !== null && (
            <Field
              label={`${words.hold}: … ${words.holdUnits.days}`}
              inputMode="numeric"
              value={draft.days}
              error={wrong.days ? words.form.days : null}
              onChange={(event) => set({ days: event.target.value })}
            />
          )}
        </div>
        <fieldset>
          <legend className="mb-1 text-[0.8125rem] text-soft">{words.by}</legend>
          {(['content', 'kind'] as const).map((by) => (
            <label key={by} className="flex items-start gap-2.5 py-1 text-[0.8125rem] pointer-coarse:py-2.5">
              <input
                type="radio"
                name="bulk-by"
                className="mt-0.5 accent-accent-fill"
                checked={draft.by === by}
                onChange={() => set({ by })}
              />
              {by === 'content' ? words.byContent : words.byKind}
            </label>
          ))}
        </fieldset>
        {options && (
          <p aria-live="polite" className="rounded-md bg-selected px-3 py-2 text-[0.8125rem]">
            {words.example({
              threshold: options.threshold ?? 3,
              minutes: draft.minutes.trim(),
              days: options.holdDays ?? null,
              kind: draft.by === 'kind',
            })}
          </p>
        )}
        {change.error && (
          <Notice look="danger" urgent>
            {errorText(change.error)}
          </Notice>
        )}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" disabled={!options || same(stored) || change.isPending}>
            {app.save}
          </Button>
          {!same(USUAL_BULK) && (
            <Button look="quiet" className="max-w-full truncate" onClick={() => setDraft(USUAL_BULK)}>
              {words.usual}
            </Button>
          )}
        </div>
      </form>
    </Card>
  )
}
