import type { Comment } from '../api/types.ts'

type Known = Pick<Comment, 'id' | 'at'>

/**
 * Has the client's last message come after the one that was the last before? Times are the provider's, in whole
 * seconds: two messages of one second are told apart by their ids.
 * @param before null: there was none
 */
export const isNewer = (last: Known, before: Known | null): boolean =>
  before === null || (last.id !== before.id && last.at >= before.at)
