import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { type ChannelDetails, newVerifyToken, type ProviderField } from '../api.ts'
import { CopyText } from '../copy-text.tsx'
import { useSecretFields } from '../use-secret-fields.ts'
import { channelWords } from '../words.ts'
import { ReplaceSecretDialog } from './replace-secret-dialog.tsx'
import { useChannelChange } from './use-channel-change.ts'

/** The address, and the secrets: written, replaced, never read. */
export function SecretsCard({ channel }: { channel: ChannelDetails }) {
  const { secrets: words, webhookUrl, copyAddress, copyOf, errors } = useRoomWords(channelWords)
  const errorText = useErrorText(errors)
  const [replacing, setReplacing] = useState<ProviderField | null>(null)
  const fields = useSecretFields(channel.provider)
  const [fresh, setFresh] = useState<string | null>(null)
  const renew = useChannelChange(channel.id)
  const end = useChannelChange(channel.id)
  const makeToken = () => {
    const verifyToken = newVerifyToken()
    renew.mutate({ verifyToken }, { onSuccess: () => setFresh(verifyToken) })
  }
  return (
    <Card title={words.title} intro={words.intro}>
      <h3 className="mb-1 text-xs text-soft">{webhookUrl}</h3>
      <CopyText text={channel.webhookUrl} label={copyAddress(channel.name)} />
      <ul className="mt-3 divide-y divide-line">
        <li className="py-3">
          <Row name={words.verifyToken} hint={words.verifyTokenHint}>
            <Button disabled={renew.isPending} onClick={makeToken}>
              {words.newVerifyToken}
            </Button>
          </Row>
          <div aria-live="polite">
            {fresh && (
              <div className="mt-2 space-y-1">
                <CopyText text={fresh} label={copyOf(words.verifyToken)} />
                <p className="text-xs text-soft">{words.newVerifyTokenText}</p>
              </div>
            )}
            {renew.error && <Notice look="danger">{errorText(renew.error)}</Notice>}
          </div>
        </li>
        {fields.map((field) => (
          <li key={field.key} className="py-3">
            <Row name={field.label} hint={field.help}>
              <Button aria-label={words.replaceTitle(field.label)} onClick={() => setReplacing(field)}>
                {words.replace}
              </Button>
            </Row>
            {field.key === 'appSecret' && channel.secretRotation && (
              <Notice look="plain" className="mt-2 flex flex-wrap items-center justify-between gap-2">
                {words.rotating}
                <Button small disabled={end.isPending} onClick={() => end.mutate({ previousAppSecret: null })}>
                  {words.endRotation}
                </Button>
              </Notice>
            )}
          </li>
        ))}
      </ul>
      {end.error && <Notice look="danger">{errorText(end.error)}</Notice>}
      {replacing && <ReplaceSecretDialog channelId={channel.id} field={replacing} onClose={() => setReplacing(null)} />}
    </Card>
  )
}

function Row({ name, hint, children }: { name: string; hint: string; children: ReactNode }) {
  const { hidden } = useRoomWords(channelWords).secrets
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h3 className="text-[0.8125rem] font-medium">{name}</h3>
        <p className="text-xs text-soft">{hint}</p>
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <span className="text-xs text-soft">{hidden}</span>
        {children}
      </div>
    </div>
  )
}
