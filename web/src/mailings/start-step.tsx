import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Channel } from '../api/types.ts'
import { useAttemptKey } from '../new-conversation/use-attempt-key.ts'
import type { Template } from '../templates/api.ts'
import { templateWords } from '../templates/words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type CampaignOrder, controlCampaign } from './api.ts'
import type { CampaignForm } from './campaign-form.ts'
import { DeleteDraft } from './delete-draft.tsx'
import { momentInZone, timeZones } from './moment-in-zone.ts'
import { unfinishedForm } from './unfinished-form.ts'
import type { PreviewState } from './use-campaign-preview.ts'
import type { Draft } from './use-draft.ts'
import { mailingWords } from './words.ts'

interface StartStepProps {
  form: CampaignForm
  order: CampaignOrder | null
  preview: PreviewState
  missing: readonly string[]
  channel: Channel | undefined
  template: Template | null
  draft: Draft
  onChange: (changes: Partial<CampaignForm>) => void
}

/** Now or at a time; the last question names how many people, and over which channel. */
export function StartStep({ form, order, preview, missing, channel, template, draft, onChange }: StartStepProps) {
  const { words: app, formats } = useLanguage()
  const words = useRoomWords(mailingWords)
  const errorText = useErrorText({ ...useRoomWords(templateWords).errors, ...words.errors })
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const keyOf = useAttemptKey()
  const later = form.when === 'later'
  const moment = later && form.at !== '' ? momentInZone(form.at, form.timeZone) : null
  const timeProblem = !later
    ? null
    : moment === null
      ? words.form.atMissing
      : moment <= new Date()
        ? words.form.atPast
        : null
  const count = preview.data?.counts.queued ?? 0
  const saving = useMutation({
    mutationFn: draft.save,
    onSuccess: () => showToast(words.form.draftSaved),
  })
  const starting = useMutation({
    mutationFn: async (given: CampaignOrder) => {
      const id = await draft.save(given)
      await controlCampaign(id, 'start', keyOf({ start: id, given }))
      return id
    },
    onSuccess: async (campaignId) => {
      unfinishedForm.set(null)
      await navigate({ to: '/mailings/campaigns/$campaignId', params: { campaignId } })
    },
  })
  const ready = order !== null && count > 0 && timeProblem === null && template?.status === 'approved'
  const saved = draft.isSaved(order)
  return (
    <Card title={words.form.steps.start}>
      <When form={form} moment={moment} problem={timeProblem} onChange={onChange} />
      {missing.length > 0 && (
        <p className="mt-3 text-[0.8125rem] text-soft">{words.form.stillMissing(missing.join(', '))}</p>
      )}
      {preview.data && count === 0 && (
        <Notice look="warning" className="mt-3">
          {words.form.nobody}
        </Notice>
      )}
      {saving.error != null && (
        <Notice look="danger" urgent className="mt-3">
          {errorText(saving.error)}
        </Notice>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <Button look="primary" disabled={!ready} onClick={() => setAsking(true)}>
          {later ? words.form.schedule : words.form.start}
        </Button>
        <Button disabled={order === null || saved || saving.isPending} onClick={() => order && saving.mutate(order)}>
          {words.form.saveDraft}
        </Button>
        {draft.id !== null && <DeleteDraft id={draft.id} />}
        <span role="status" className="text-xs text-soft">
          {order !== null && (saved ? words.form.saved : words.form.unsaved)}
        </span>
      </div>
      {asking && order && channel && (
        <Dialog title={words.form.startTitle} onClose={() => setAsking(false)}>
          <div className="space-y-2">
            <p>{words.form.startText(order.template.name, count, channel.name)}</p>
            {moment && <p>{words.form.startsAt(formats.moment(moment), form.timeZone)}</p>}
          </div>
          {starting.error != null && (
            <Notice look="danger" urgent className="mt-3">
              {errorText(starting.error)}
            </Notice>
          )}
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsking(false)}>{app.app.cancel}</Button>
            <Button look="message" disabled={starting.isPending} onClick={() => starting.mutate(order)}>
              {later ? words.form.confirmLater(count, channel.name) : words.form.confirm(count, channel.name)}
            </Button>
          </div>
        </Dialog>
      )}
    </Card>
  )
}

interface WhenProps extends Pick<StartStepProps, 'form' | 'onChange'> {
  moment: Date | null
  problem: string | null
}

function When({ form, moment, problem, onChange }: WhenProps) {
  const words = useRoomWords(mailingWords)
  const { formats } = useLanguage()
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = useMemo(() => timeZones(form.timeZone, here), [form.timeZone, here])
  return (
    <fieldset>
      <legend className="mb-1 text-[0.8125rem] text-soft">{words.form.when}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {(['now', 'later'] as const).map((when) => (
          <label key={when} className="inline-flex min-h-8 cursor-pointer items-center gap-2 pointer-coarse:min-h-11">
            <input
              type="radio"
              name="when"
              checked={form.when === when}
              onChange={() => onChange({ when })}
              className="size-4 accent-accent-fill"
            />
            {words.form[when]}
          </label>
        ))}
      </div>
      {form.when === 'later' && (
        <div className="mt-2 grid max-w-xl gap-3 sm:grid-cols-2">
          <Field
            label={words.form.at}
            type="datetime-local"
            value={form.at}
            onChange={({ target }) => onChange({ at: target.value })}
            error={problem}
            hint={moment !== null && form.timeZone !== here ? words.form.atMoment(formats.moment(moment)) : undefined}
          />
          <Select
            label={words.form.timeZone}
            value={form.timeZone}
            onChange={({ target }) => onChange({ timeZone: target.value })}
            options={zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
          />
        </div>
      )}
    </fieldset>
  )
}
