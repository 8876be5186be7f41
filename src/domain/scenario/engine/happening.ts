import type { CommentId } from '../../ids.ts'
import type { EventName } from '../document/events.ts'
import type { Json } from '../expressions/scope.ts'
import type { Chain } from '../interpreter/run.ts'

/** Something that happened in a conversation, as scenarios see it: what a step noticed while it worked an event off. */
export interface Happening {
  name: EventName
  data: { readonly [name: string]: Json }
  /** the entry of the feed that it is about, for explanations */
  comment: CommentId | null
  /** what led to it; null: a client, a person, or the world */
  cause: Chain | null
  /** it disturbs runs that wait (scenario-format, Steps: `onInterrupt`) */
  interrupts?: 'humanReply' | 'taskClosed'
  /** Starts these scenarios alone, by their keys, whoever else listens; runs that wait hear of it all the same. */
  only?: readonly string[]
}
