import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { type ChannelDetails, channelListQuery, channelQuery, deleteChannel } from '../api.ts'
import { channelWords } from '../words.ts'
import { ConfirmByName } from './confirm-by-name.tsx'
import { LeavingSteps } from './leaving-steps.tsx'
import { useChannelAction } from './use-channel-change.ts'

/** The end of a connection: here, and at the provider (M6). */
export function LeaveCard({ channel }: { channel: ChannelDetails }) {
  const words = useRoomWords(channelWords)
  const client = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'disconnect' | 'delete' | null>(null)
  const close = () => setAsking(null)
  const disconnect = useChannelAction(channel.id, () => {
    close()
    showToast(words.leave.done(channel.name))
  })
  const remove = useMutation({
    mutationFn: () => deleteChannel(channel.id),
    onSuccess: async () => {
      await navigate({ to: '/channels' })
      client.removeQueries({ queryKey: channelQuery(channel.id).queryKey })
      void client.invalidateQueries({ queryKey: channelListQuery.queryKey })
      showToast(words.leave.deleted(channel.name))
    },
  })
  const isOver = channel.state === 'disconnected'
  // A person's word for it stands first; what Meta says of its own end stands without one.
  const onlyHere = isOver && channel.stateReason?.startsWith('Disconnected by ') === true
  return (
    <Card title={words.leave.title} intro={words.leave.intro}>
      {isOver && (
        <Notice look={onlyHere ? 'warning' : 'success'} className="mb-3">
          <p className="font-medium">{onlyHere ? words.leave.second : words.leave.secondDone}</p>
          {onlyHere && <p>{words.leave.secondText}</p>}
          {channel.closed && channel.closed.left.length > 0 && (
            <ul className="mt-1 list-disc pl-5">
              {channel.closed.left.map(({ what, message }) => (
                <li key={what}>{words.leave.left[what as keyof typeof words.leave.left] ?? message}</li>
              ))}
            </ul>
          )}
        </Notice>
      )}
      <LeavingSteps hereIsDone={isOver} thereIsDone={isOver && !onlyHere} />
      <div className="mt-4 flex flex-wrap gap-2">
        {!isOver && (
          <Button look="danger" onClick={() => setAsking('disconnect')}>
            {words.disconnect}
          </Button>
        )}
        <Button look="danger" onClick={() => setAsking('delete')}>
          {words.leave.delete}
        </Button>
      </div>
      {asking === 'disconnect' && (
        <ConfirmByName
          title={`${words.leave.title}: ${channel.name}`}
          name={channel.name}
          action={words.leave.action}
          busy={disconnect.isPending}
          error={disconnect.error}
          onConfirm={() => disconnect.mutate('disconnect')}
          onClose={close}
        >
          <LeavingSteps hereIsDone={false} thereIsDone={false} />
        </ConfirmByName>
      )}
      {asking === 'delete' && (
        <ConfirmByName
          title={words.leave.deleteTitle}
          name={channel.name}
          action={words.leave.deleteAction}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={close}
        >
          <p>{words.leave.deleteText}</p>
          {!isOver && <p className="text-soft">{words.leave.thereApp}</p>}
        </ConfirmByName>
      )}
    </Card>
  )
}
