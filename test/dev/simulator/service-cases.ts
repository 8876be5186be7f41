import type { ServiceProvider } from '../../../src/dev/simulator/services/index.ts'

type Account = Record<string, unknown>

/** What the common frame (services.test.ts) has to know of a service between Parley and a messenger. */
export interface ServiceCase {
  /** As `POST /api/channels` takes it. @param apiUrl of the stand-in @param nth a number that is new each time */
  keys: (apiUrl: string, nth: number) => Account
  /** who has a channel here, with a key that is theirs no more */
  revoked: Account
  quotes: boolean
  /** what the business writes elsewhere, as in its own phone, comes as an echo */
  echoes: boolean
  /** a text whose answer was lost is settled by its echo; else by the key that the call is repeated with; null: by a person */
  settledBy: 'echo' | 'key' | null
  /** what clients do to messages that are there, as far as the service tells of it */
  changes: ('edit' | 'unsend' | 'reaction')[]
  /** how the account stands, in the service's words, and what becomes of the channel; one after the other */
  states: [word: string, state: string][]
  /** Accounts that are tried out, given one that has a channel, and what the check says. */
  checks: [name: string, account: (own: Account) => Account, outcome: object][]
}

const webhookKey = 'a-webhook-key-0001'
const good = { ok: true }
const itself = (own: Account): Account => own

export const SERVICE_CASES: Record<ServiceProvider, ServiceCase> = {
  gupshup: {
    keys: (apiUrl, nth) => ({
      appName: `Shop${nth}`,
      appId: `5bae1cea-c3d4-4aa0-a43b-${String(nth).padStart(12, '0')}`,
      phone: `+1555079${1000 + nth}`,
      apiKey: 'a-key-of-gupshup-0001',
      webhookKey,
      apiUrl,
    }),
    revoked: { apiKey: 'another-key-0001' },
    quotes: true,
    echoes: false,
    settledBy: null,
    changes: ['reaction'],
    states: [],
    checks: [
      ['an app before it has a channel', (own) => ({ ...own, appName: 'New', appId: undefined }), good],
      ['its key', (own) => ({ ...own, apiKey: 'another-key-0001' }), { ok: false, reason: 'token_rejected' }],
    ],
  },
  'green-api': {
    keys: (apiUrl, nth) => ({
      idInstance: String(7_105_000_000 + nth),
      apiToken: 'a-token-of-green-api-0001',
      webhookKey,
      apiUrl,
    }),
    revoked: { apiToken: 'another-token-0001' },
    quotes: true,
    echoes: true,
    settledBy: 'echo',
    changes: ['edit', 'unsend', 'reaction'],
    states: [
      ['notAuthorized', 'disconnected'],
      ['authorized', 'connected'],
      ['yellowCard', 'needs_attention'],
      ['blocked', 'restricted'],
    ],
    checks: [
      ['an instance before it has a channel', (own) => ({ ...own, idInstance: '1101' }), good],
      ['its token', (own) => ({ ...own, apiToken: 'another-token-0001' }), { ok: false, reason: 'token_rejected' }],
    ],
  },
  wazzup24: {
    keys: (apiUrl, nth) => ({
      channelId: `e3f1c6a4-0f0b-4b47-a2c5-${String(nth).padStart(12, '0')}`,
      apiKey: `a-key-of-wazzup-${nth}`,
      webhookKey,
      apiUrl,
    }),
    revoked: { apiKey: 'a-new-key-0001' },
    quotes: true,
    echoes: true,
    settledBy: 'key',
    changes: ['edit', 'unsend'],
    states: [
      ['phoneUnavailable', 'needs_attention'],
      ['active', 'connected'],
      ['blocked', 'restricted'],
    ],
    checks: [
      ['its channel', itself, good],
      [
        'the channel that a new account has',
        (own) => ({ ...own, apiKey: 'a-new-key-0001', channelId: '00000000-0000-4000-8000-000000000024' }),
        { ok: true, account: { displayPhone: '+15550100024' } },
      ],
      ['a key of another account', (own) => ({ ...own, apiKey: 'a-new-key-0001' }), { ok: false }],
    ],
  },
  chatapp: {
    keys: (apiUrl, nth) => ({
      line: `${2000 + nth}/grWhatsApp`,
      email: `shop${nth}@example.com`,
      password: 'a password of chatapp',
      appId: 'app_1_1',
      webhookKey,
      apiUrl,
    }),
    revoked: { password: 'another password' },
    quotes: false,
    echoes: true,
    settledBy: 'echo',
    changes: [],
    states: [],
    checks: [
      ['its line', itself, good],
      [
        'the line that a new account has',
        (own) => ({ ...own, email: 'new@example.com', line: '1001/grWhatsApp' }),
        good,
      ],
      ['a line of another account', (own) => ({ ...own, email: 'new@example.com' }), { ok: false }],
      ['a password', (own) => ({ ...own, password: 'another password' }), { ok: false, reason: 'token_rejected' }],
    ],
  },
  'chat-api': {
    keys: (sendUrl, nth) => ({ service: `messenger${nth}`, sendUrl, secret: `a-secret-of-a-bridge-${nth}` }),
    revoked: { secret: 'another-secret-of-a-bridge' },
    quotes: true,
    echoes: true,
    settledBy: 'key',
    changes: ['edit', 'unsend', 'reaction'],
    states: [],
    checks: [
      ['its bridge', itself, good],
      ['a bridge that is to be connected', (own) => ({ ...own, secret: 'a-new-secret-of-a-bridge' }), good],
    ],
  },
}
