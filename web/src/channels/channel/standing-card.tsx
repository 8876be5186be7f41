import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { type ChannelDetails, channelListQuery, checkChannel } from '../api.ts'
import { ChannelFacts } from '../channel-facts.tsx'
import { CheckResults } from '../check-results.tsx'
import { channelWords } from '../words.ts'

/** How the account stands, and the question to the provider how it really is. */
export function StandingCard({ channel, mayManage }: { channel: ChannelDetails; mayManage: boolean }) {
  const words = useRoomWords(channelWords)
  const { formats } = useLanguage()
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const check = useMutation({
    mutationFn: () => checkChannel(channel.id),
    onSuccess: () => void client.invalidateQueries({ queryKey: channelListQuery.queryKey }),
  })
  const { checkedAt } = channel.account
  return (
    <Card
      title={words.facts.title}
      intro={checkedAt ? words.facts.asOf(formats.moment(new Date(checkedAt))) : undefined}
      actions={
        mayManage && (
          <Button disabled={check.isPending} onClick={() => check.mutate()}>
            {check.isPending ? words.facts.checking : words.facts.checkNow}
          </Button>
        )
      }
    >
      <ChannelFacts channel={channel} whole />
      <div aria-live="polite">
        {check.error && (
          <Notice look="danger" className="mt-3">
            {errorText(check.error)}
          </Notice>
        )}
        {check.data && (
          <div className="mt-4 border-t border-line pt-3">
            <h3 className="mb-2 font-medium">{words.facts.checked}</h3>
            <CheckResults steps={check.data.steps} />
          </div>
        )}
      </div>
    </Card>
  )
}
