import { Hono } from 'hono'
import { instagramClientRoutes } from './client-routes.ts'
import { InstagramFaults } from './faults.ts'
import { instagramGraphRoutes } from './graph-routes.ts'
import type { Instagram } from './instagram.ts'
import { InstagramPost } from './post.ts'
import { type InstagramAccount, openInstagramState } from './state.ts'

/** What a channel that points here says of its account. */
export type InstagramChannel = Pick<
  InstagramAccount,
  'accountId' | 'accessToken' | 'appSecret' | 'login' | 'webhookUrl'
>

export interface InstagramOptions {
  dataDir: string
  /** the channels whose address is this simulator's */
  channels: () => Promise<InstagramChannel[]>
  now: () => number
  log: (message: string, fields?: Record<string, unknown>) => void
}

/**
 * A stand-in for Instagram messaging (reference §11): the Graph API of either login at `/v24.0/…`, and beside it what
 * clients do: messages, comments, reading. An account is made by `POST accounts`; a channel that points here, with the
 * account's token, becomes where its events go.
 */
export function createInstagram(options: InstagramOptions): { app: Hono; stop(): Promise<void> } {
  const state = openInstagramState(options.dataDir)
  const post = new InstagramPost(options.log)
  const ig: Instagram = {
    state,
    post,
    faults: new InstagramFaults(),
    now: options.now,
    calls: [],
    async accounts() {
      const channels = new Map((await options.channels()).map((channel) => [channel.accountId, channel]))
      return [...state.accounts.values()].map((account) => {
        const channel = channels.get(account.accountId)
        return channel?.webhookUrl ? { ...account, webhookUrl: channel.webhookUrl } : account
      })
    },
  }
  const app = new Hono()
  app.route(
    '/',
    instagramClientRoutes(ig, (c) => c.req.url.replace(/\/instagram\/.*$/, '/instagram/files')),
  )
  app.route('/', instagramGraphRoutes(ig))
  return {
    app,
    async stop() {
      await post.stop()
      state.close()
    },
  }
}
