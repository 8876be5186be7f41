import type { InstagramFaults } from './faults.ts'
import type { InstagramPost } from './post.ts'
import type { InstagramAccount, InstagramClient, InstagramMessage, InstagramState } from './state.ts'

/** What the routes of the simulated Instagram share. */
export interface Instagram {
  state: InstagramState
  post: InstagramPost
  faults: InstagramFaults
  /** Accounts whose channels point here, asked of the host, together with those that were made by hand. */
  accounts(): Promise<InstagramAccount[]>
  now: () => number
  /** Calls of the send API, newest last. */
  calls: { at: number; path: string; body: unknown; status: number }[]
}

/** One element of `messaging[]`. */
export const fromClient = (account: InstagramAccount, client: InstagramClient, at: number) => ({
  sender: { id: client.igsid },
  recipient: { id: account.accountId },
  timestamp: at,
})

/** What the business sent, over the API or in the app, comes back (reference §11.1). */
export function echo({ state, post }: Instagram, account: InstagramAccount, message: InstagramMessage): Promise<void> {
  const { text, attachments } = message
  const client = state.clients.get(message.igsid)
  return post.send(account, message.igsid, {
    time: message.at,
    messaging: [
      {
        sender: { id: account.accountId },
        recipient: { id: client?.igsid ?? message.igsid },
        timestamp: message.at,
        message: {
          mid: message.mid,
          is_echo: true,
          ...(text === null ? {} : { text }),
          ...(attachments.length === 0
            ? {}
            : { attachments: attachments.map(({ type, url }) => ({ type, payload: { url } })) }),
        },
      },
    ],
  })
}

/** When the client last wrote; null: never. A comment under a post is no message. */
export function lastWritten({ state }: Instagram, accountId: string, igsid: string): number | null {
  let last: number | null = null
  for (const message of state.messages.values()) {
    if (message.accountId !== accountId || message.igsid !== igsid || message.direction !== 'from_client') continue
    last = Math.max(last ?? 0, message.at)
  }
  return last
}
