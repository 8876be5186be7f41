import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  actOnChannel,
  type ChannelAction,
  type ChannelDetails,
  type ConnectionChanges,
  changeChannel,
  channelListQuery,
  channelQuery,
} from '../api.ts'

function useKeepChannel() {
  const client = useQueryClient()
  return (channel: ChannelDetails) => {
    client.setQueryData(channelQuery(channel.id).queryKey, channel)
    void client.invalidateQueries({ queryKey: channelListQuery.queryKey })
  }
}

/** Changes what is set on a channel. */
export function useChannelChange(id: string, onDone?: () => void) {
  const keep = useKeepChannel()
  return useMutation({
    mutationFn: (changes: ConnectionChanges) => changeChannel(id, changes),
    onSuccess: (channel) => {
      keep(channel)
      onDone?.()
    },
  })
}

/** Pauses, resumes or disconnects a channel. */
export function useChannelAction(id: string, onDone?: (channel: ChannelDetails) => void) {
  const keep = useKeepChannel()
  return useMutation({
    mutationFn: (action: ChannelAction) => actOnChannel(id, action),
    onSuccess: (channel) => {
      keep(channel)
      onDone?.(channel)
    },
  })
}
