import type { LiveRow } from '../../store/live/read-live.ts'
import type { Principal } from '../context.ts'
import { may } from '../permissions.ts'

/** May this principal learn of it? Most of what happens belongs to a channel. */
export function mayLearn(principal: Principal, { event, data }: LiveRow): boolean {
  const { channelIds, userId } = principal
  const mayUseItsChannel = channelIds === null || channelIds.some((id) => id === data.channelId)
  switch (event) {
    case 'read':
      return data.userId === userId && mayUseItsChannel
    case 'view':
      return data.userId === null || data.userId === userId
    case 'run':
      // Runs without a client are the house's own (src/store/scenarios/run-view.ts).
      if (data.conversationId !== null) return mayUseItsChannel
      return may(principal, 'scenarios.manage') && (data.channelId === null || mayUseItsChannel)
    case 'dead_letter':
      // What belongs to no channel is for those who may see every one (src/http/dead-letters.ts).
      return may(principal, 'dead_letters.manage') && mayUseItsChannel
    default:
      return mayUseItsChannel
  }
}
