import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { newKey } from '../api/request.ts'
import { templateWords } from '../templates/words.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type CampaignVerb, type CountedCampaign, campaignsKey, controlCampaign, type SendingChannel } from './api.ts'
import { DeleteDraft } from './delete-draft.tsx'
import { PLAIN_LINK_BUTTON } from './link-button.ts'
import { mailingWords } from './words.ts'

interface CampaignControlsProps {
  campaign: CountedCampaign
  channel: SendingChannel | undefined
}

/** What can be done in which state, each with what it means. */
const POSSIBLE: Record<CountedCampaign['state'], CampaignVerb[]> = {
  draft: ['start'],
  scheduled: ['start', 'pause', 'stop'],
  running: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  finished: [],
  stopped: [],
}

export function CampaignControls({ campaign, channel }: CampaignControlsProps) {
  const { id, state, counts } = campaign
  const words = useRoomWords(mailingWords)
  const errorText = useErrorText({ ...useRoomWords(templateWords).errors, ...words.errors })
  const client = useQueryClient()
  const [asking, setAsking] = useState<'start' | 'stop' | null>(null)
  const control = useMutation({
    mutationFn: ({ verb, key }: { verb: CampaignVerb; key: string }) => controlCampaign(id, verb, key),
    onSuccess: ({ retried, ...changed }) => {
      client.setQueryData(['campaign', id], changed)
      setAsking(null)
      if (retried !== undefined) showToast(words.one.retried(retried))
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['campaign', id] })
      void client.invalidateQueries({ queryKey: campaignsKey })
    },
  })
  const press = (verb: CampaignVerb) => control.mutate({ verb, key: newKey() })
  const verbs = POSSIBLE[state]
  const mayRetry = counts.failed > 0 && state !== 'draft' && state !== 'scheduled'
  if (verbs.length === 0 && !mayRetry) return null
  const label = { ...words.one.actions, 'retry-failed': words.one.actions.retry }
  const meaning = { ...words.one.meaning, 'retry-failed': words.one.meaning.retry }
  const shown: CampaignVerb[] = mayRetry ? [...verbs, 'retry-failed'] : verbs
  return (
    <section aria-label={words.state} className="space-y-2">
      <div className="flex flex-wrap gap-2">
        {shown.map((verb) => (
          <Button
            key={verb}
            look={verb === 'stop' ? 'danger' : verb === 'pause' || verb === 'resume' ? 'primary' : 'plain'}
            title={meaning[verb]}
            disabled={control.isPending}
            onClick={() => (verb === 'stop' || verb === 'start' ? setAsking(verb) : press(verb))}
          >
            {label[verb]}
          </Button>
        ))}
        {state === 'draft' && (
          <>
            <Link to="/mailings/new" search={{ draft: id }} className={PLAIN_LINK_BUTTON}>
              {words.one.actions.edit}
            </Link>
            <DeleteDraft id={id} />
          </>
        )}
      </div>
      <ul className="text-xs text-soft">
        {shown.map((verb) => (
          <li key={verb}>
            <strong className="font-medium">{label[verb].replace('…', '')}</strong>: {meaning[verb]}
          </li>
        ))}
      </ul>
      {control.error != null && asking === null && (
        <Notice look="danger" urgent>
          {errorText(control.error)}
        </Notice>
      )}
      {asking === 'stop' && (
        <Confirm
          title={words.one.stopTitle}
          action={words.one.stopAction}
          look="danger"
          busy={control.isPending}
          error={control.error}
          onConfirm={() => press('stop')}
          onClose={() => setAsking(null)}
        >
          <p>{words.one.stopText(counts.waiting)}</p>
        </Confirm>
      )}
      {asking === 'start' && (
        <Confirm
          title={words.one.startTitle}
          action={words.form.confirm(counts.waiting, channel?.name ?? '')}
          look="message"
          busy={control.isPending}
          error={control.error}
          onConfirm={() => press('start')}
          onClose={() => setAsking(null)}
        >
          <p>{words.form.startText(campaign.template.name, counts.waiting, channel?.name ?? '')}</p>
        </Confirm>
      )}
    </section>
  )
}
