import type { ConversationEvent } from './conversation-event.ts'

/**
 * What comes for the runs of a house event after it: the answers of their calls, their deadlines, what people ask of
 * them. The same as in a conversation, where it is part of the record.
 */
export type HouseNews = Extract<ConversationEvent, { kind: 'run.answered' | 'run.due' | 'run.asked' }>
