import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import { Repeatable } from '../database.ts'
import { lockConversations, reportConflicts, storeNames, takeNames } from '../intake/names.ts'
import type { Run } from '../intake/run.ts'
import { NameBook } from './name-book.ts'

/** Somebody else stored one of the numbers in the same moment: roll back and look again. */
export class NameRace extends Repeatable {
  override readonly name = 'NameRace'
}

export interface Reached {
  conversation: ConversationId
  /** it was not known before */
  opened: boolean
}

/**
 * The conversations over which numbers are reached on a channel (M14): known ones under any form of the number, else new
 * ones. Takes the conversations' locks, in id order.
 * @param numbers digits with country code
 * @throws NameRace when another transaction was first; inTransaction runs it again
 */
export async function reachNumbers(
  run: Run,
  channelId: ChannelId,
  numbers: readonly string[],
  at: Date,
): Promise<Map<string, Reached>> {
  const named = numbers.map((digits) => ({ digits, identity: { kind: 'phone' as const, value: `+${digits}` } }))
  const names = await NameBook.read(
    run,
    named.map(({ identity }) => ({ ...identity, channelId })),
  )
  const reached = new Map<string, Reached>()
  for (const { digits, identity } of named) {
    const conversation = names.conversationOf(channelId, { identities: [identity], announced: [], at })
    reached.set(digits, { conversation, opened: names.opened.some(({ id }) => id === conversation) })
  }
  await lockConversations(
    run,
    [...reached.values()].flatMap(({ conversation, opened }) => (opened ? [] : [conversation])),
  )
  const isStored = await storeNames(run, names.opened, names.added)
  const isTaken = await takeNames(run, names.taken)
  await reportConflicts(run, names.conflicts)
  if (!isStored || !isTaken) throw new NameRace('a number was stored by another transaction')
  return reached
}
