import type { UserId } from '../../domain/ids.ts'
import type { Actor } from '../actor.ts'
import { done, type Refusable, refuse } from '../refusal.ts'

/** Read marks, snoozes and presence belong to people. Refuses a token with `no_person`. */
export const personOf = ({ userId }: Pick<Actor, 'userId'>): Refusable<UserId> =>
  userId === null
    ? refuse('invalid', 'no_person', 'An API token is no person: only somebody who is signed in can do this')
    : done(userId)
