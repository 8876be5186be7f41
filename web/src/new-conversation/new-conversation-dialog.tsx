import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { channelsQuery } from '../api/people.ts'
import type { Channel } from '../api/types.ts'
import { MissingValues } from '../templates/filled-template.tsx'
import { noteTemplateUsed } from '../templates/recent-templates.ts'
import { focusField, TemplateChooser } from '../templates/template-chooser.tsx'
import { onSendKey, SendButton } from '../templates/template-dialog.tsx'
import { useTemplateDraft } from '../templates/use-template-draft.ts'
import { templateWords } from '../templates/words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { writeSetting } from '../ui/settings.ts'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type FirstMessage, writeFirst } from './api.ts'
import { CHANNEL_SETTING, firstChannel, writingChannels } from './choose-channel.ts'
import { closeNewConversation, type NewConversationPrefill } from './open-new-conversation.ts'
import { useAttemptKey } from './use-attempt-key.ts'
import { useRecipient } from './use-recipient.ts'
import { WhomFields } from './whom-fields.tsx'
import { newConversationWords } from './words.ts'

/** Writes to somebody by phone number, with a template; then their task is open (M14, M15). */
export function NewConversationDialog({ prefill }: { prefill: NewConversationPrefill }) {
  const words = useRoomWords(newConversationWords)
  const app = useWords().app
  const channels = useQuery(channelsQuery)
  return (
    <Dialog title={words.title} size="large" onClose={closeNewConversation}>
      <Loaded query={channels}>
        {(all) => {
          const first = firstChannel(all, prefill.channelId)
          if (first) return <NewConversation channels={writingChannels(all)} first={first} prefill={prefill} />
          return (
            <>
              <Notice look="warning">{words.noChannel}</Notice>
              <div className="mt-4 flex justify-end">
                <Button onClick={closeNewConversation}>{app.close}</Button>
              </div>
            </>
          )
        }}
      </Loaded>
    </Dialog>
  )
}

interface NewConversationProps {
  channels: Channel[]
  first: Channel
  prefill: NewConversationPrefill
}

function NewConversation({ channels, first, prefill }: NewConversationProps) {
  const words = useRoomWords(newConversationWords)
  const templates = useRoomWords(templateWords)
  const { app, composer } = useWords()
  const errorText = useErrorText({ ...templates.errors, ...words.errors })
  const [channelId, setChannelId] = useState(first.id)
  const channel = channels.find(({ id }) => id === channelId) ?? first
  const recipient = useRecipient(prefill, channel)
  const draft = useTemplateDraft()
  const keyOf = useAttemptKey()
  const navigate = useNavigate()
  const whom = useRef<HTMLDivElement>(null)
  const filling = useRef<HTMLDivElement>(null)
  const sending = useMutation({
    mutationFn: (message: FirstMessage) => writeFirst(message, keyOf(message)),
    onSuccess: async ({ taskId }, { template }) => {
      noteTemplateUsed(template)
      showToast(words.sent(recipient.called))
      closeNewConversation()
      await navigate({ to: '/inbox/$taskId', params: { taskId } })
    },
  })
  const unwanted = recipient.optedOut && draft.template?.category === 'marketing'
  const send = () => {
    if (sending.isPending || unwanted) return
    if (!recipient.number.ok) {
      recipient.insist()
      return focusField(whom.current, 'input[type=tel]')
    }
    const template = draft.take()
    if (!template) return focusField(filling.current, '[aria-invalid=true]')
    const contactName = recipient.known ? '' : recipient.name.trim()
    sending.mutate({
      channelId: channel.id,
      to: `+${recipient.number.phone.digits}`,
      template,
      ...(contactName === '' ? {} : { contactName }),
    })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a key for the button that sends
    <div onKeyDown={(event) => onSendKey(event, send)}>
      <p className="mb-3 text-[0.8125rem] text-soft">{words.intro}</p>
      <div ref={whom}>
        <WhomFields
          channels={channels}
          channel={channel}
          recipient={recipient}
          onChannel={(id) => {
            writeSetting(CHANNEL_SETTING, id)
            setChannelId(id)
            draft.choose(null)
          }}
        />
      </div>
      <h3 className="mt-4 mb-2 font-medium">{words.template}</h3>
      <TemplateChooser
        key={channel.id}
        channelId={channel.id}
        draft={draft}
        filling={filling}
        height="md:h-[max(17rem,min(26rem,calc(92dvh-24rem)))]"
      />
      {unwanted && (
        <Notice look="danger" urgent className="mt-4">
          {templates.errors.opted_out}
        </Notice>
      )}
      {sending.error != null && (
        <Notice look="danger" urgent className="mt-4">
          {errorText(sending.error)}
        </Notice>
      )}
      <div className="sticky -bottom-5 -mx-5 mt-4 -mb-5 flex flex-wrap items-center justify-end gap-2 rounded-b-xl border-t border-line bg-raised px-5 py-3">
        <MissingValues draft={draft} />
        <Button onClick={closeNewConversation}>{app.cancel}</Button>
        <SendButton disabled={sending.isPending || draft.template === null || unwanted} onClick={send}>
          {composer.send(recipient.called, channel.name)}
        </SendButton>
      </div>
    </div>
  )
}
