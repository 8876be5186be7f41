import type { Me } from '../api/types.ts'
import type { Role } from './api.ts'

export const ROLES: readonly Role[] = ['operator', 'author', 'admin', 'owner']

const rankOf = (role: Role): number => ROLES.indexOf(role)

type Rights = Pick<Me, 'role' | 'channelIds'>

/** Nobody gives more than they have: may I give this role? */
export const mayGiveRole = (me: Rights, role: Role): boolean => rankOf(role) <= rankOf(me.role)

/** May I give access to this channel, or with null to every one? */
export const mayGiveChannel = (me: Rights, channelId: string | null): boolean =>
  me.channelIds === null || (channelId !== null && me.channelIds.includes(channelId))

/** May I change whoever has these rights, a person or a token? Only where I could have given them. */
export const mayChange = (me: Rights, other: Rights): boolean =>
  mayGiveRole(me, other.role) &&
  (other.channelIds === null ? mayGiveChannel(me, null) : other.channelIds.every((id) => mayGiveChannel(me, id)))
