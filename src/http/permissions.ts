import type { MiddlewareHandler } from 'hono'
import type { ChannelId } from '../domain/ids.ts'
import type { Role } from '../store/index.ts'
import type { HttpEnv, Principal } from './context.ts'
import { ApiError } from './errors.ts'

const RANK: Record<Role, number> = { operator: 1, author: 2, admin: 3, owner: 4 }

/** The lowest role that may do it; every higher one may too. */
const NEEDED = {
  /** tasks, comments, attachments, contacts, deliveries; reading what they need: people, templates, channels */
  work: 'operator',
  /** settle what nobody can say the outcome of, merge contacts */
  'work.repair': 'operator',
  'task_templates.manage': 'author',
  'templates.manage': 'author',
  'campaigns.manage': 'author',
  'scenarios.manage': 'author',
  'calendars.manage': 'author',
  /** shared ones; everybody keeps their own */
  'quick_replies.manage': 'author',
  /** shared ones; everybody keeps their own */
  'views.manage': 'author',
  'users.manage': 'admin',
  'groups.manage': 'admin',
  'channels.manage': 'admin',
  'tokens.manage': 'admin',
  'settings.manage': 'admin',
  'endpoints.manage': 'admin',
  'dead_letters.manage': 'admin',
  'webhooks.manage': 'admin',
} as const satisfies Record<string, Role>

export type Action = keyof typeof NEEDED

export const may = (principal: Principal, action: Action): boolean => RANK[principal.role] >= RANK[NEEDED[action]]

/** All that the principal may do, for the browser to show no more than that. */
export const permissionsOf = (principal: Principal): Action[] =>
  (Object.keys(NEEDED) as Action[]).filter((action) => may(principal, action))

/** Route middleware. @throws ApiError 403 `forbidden` */
export const requires =
  (action: Action): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    if (!may(c.get('principal'), action)) {
      throw new ApiError(403, 'forbidden', `This needs the role ${NEEDED[action]} or a higher one`)
    }
    await next()
  }

/**
 * Route middleware for what concerns the clients of every channel, such as where their data is sent.
 * @throws ApiError 403 `forbidden`
 */
export const requiresEverywhere =
  (action: Action): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    if (c.get('principal').channelIds !== null) {
      throw new ApiError(403, 'forbidden', 'Only somebody who may use every channel can do this')
    }
    return requires(action)(c, next)
  }

export const mayUseChannel = (principal: Principal, channel: ChannelId): boolean =>
  principal.channelIds?.includes(channel) ?? true

/**
 * Nobody hands out more than they have, nor changes a person who has more.
 * @throws ApiError 403 `forbidden`
 */
export function demandNotAbove(principal: Principal, what: { role?: Role; channelIds?: ChannelId[] | null }): void {
  if (what.role && RANK[what.role] > RANK[principal.role]) {
    throw new ApiError(403, 'forbidden', `Only ${what.role}s may do this with the role ${what.role}`)
  }
  if (what.channelIds === undefined || principal.channelIds === null) return
  if (what.channelIds === null || !what.channelIds.every((id) => mayUseChannel(principal, id))) {
    throw new ApiError(403, 'forbidden', 'You can give access only to channels that you may use yourself')
  }
}
