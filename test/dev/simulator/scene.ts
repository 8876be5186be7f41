import { expect } from 'vitest'
import type { ChannelAdapter } from '../../../src/channels/port.ts'
import { adapterFor, type Provider } from '../../../src/channels/registry.ts'
import type { ServiceProvider } from '../../../src/dev/simulator/services/index.ts'
import type { IdentityValue } from '../../../src/domain/conversation-event.ts'
import type { ChannelId } from '../../../src/domain/ids.ts'
import { addProviderChannel } from '../../channels/provider-channel.ts'
import { CLIENT, never, type Parley } from './played.ts'
import { playService } from './played-service.ts'
import { SERVICE_CASES } from './service-cases.ts'

type Account = Record<string, unknown>

/** A channel of any provider and the stand-in that plays it, over HTTP. */
export interface Scene {
  adapter: ChannelAdapter
  account: Account
  /** the same, with a token or key that is good no more */
  revoked: Account
  channel: ChannelId
  /** by which the client is written to, once they have written */
  recipient: () => IdentityValue[]
  /** As the client. */
  write(said: { text: string } | { png: string }): Promise<unknown>
  /** Texts that have reached the client. */
  seen(): Promise<unknown[]>
  /** Of the next send: it is told to wait, a page of a proxy is answered, or nothing once the message was taken. */
  fault(kind: 'busy' | 'page' | 'silence'): Promise<{ status: number }>
  /** The addresses of the client's files have run out. */
  filesGone(): Promise<unknown>
}

let scenes = 0
const byNumber = (): IdentityValue[] => [{ kind: 'wa_id', value: CLIENT.slice(1) }]
const toClient = ({ direction }: Record<string, unknown>): boolean => direction === 'to_client'
const textOf = ({ text }: Record<string, unknown>): unknown => text

/** Sets the provider's scene. */
export function setScene(parley: Parley, provider: Provider): Promise<Scene> {
  scenes += 1
  switch (provider) {
    case 'whatsapp-cloud':
    case 'dialog360':
      return atMeta(parley, provider)
    case 'instagram':
      return onInstagram(parley)
    case 'twilio':
      return atTwilio(parley)
    default:
      return atService(parley, provider)
  }
}

async function connected(parley: Parley, provider: Provider, keys: Account) {
  const adapter = adapterFor(provider)
  const account = adapter.account.keys.parse(keys) as Account
  return { adapter, account, channel: await addProviderChannel(parley.database, provider, account) }
}

/** Meta itself, or its number behind 360dialog's door: one phone, one set of faults. */
async function atMeta(parley: Parley, provider: 'whatsapp-cloud' | 'dialog360'): Promise<Scene> {
  const stage = await parley.stage('phone')
  const phoneNumberId = String(360_000_000_000_000 + scenes)
  const numbers = { phoneNumberId, wabaId: '360000000000009' }
  const keys =
    provider === 'dialog360'
      ? { apiKey: `a-key-of-360dialog-${scenes}`, webhookKey: 'a-webhook-key-0001', apiUrl: `${stage.url}/dialog360` }
      : {
          accessToken: `EAAtokenofmeta${scenes}`,
          appSecret: `an-app-secret-${scenes}`,
          verifyToken: 'verify-me',
          graphUrl: `${stage.url}/graph`,
        }
  const own = await connected(parley, provider, { ...numbers, ...keys })
  const strike = async (fault: object) =>
    fetch(`${stage.url}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    })
  const match = { phoneNumberId }
  const faults = {
    busy: { kind: 'error', code: 130429, status: 429, retryAfter: 17, times: 1, match },
    page: { kind: 'http', status: 502, times: 1, match },
    silence: { kind: 'timeout_after_accept', times: 1, match },
  }
  return {
    ...own,
    revoked: {
      ...own.account,
      ...(provider === 'dialog360' ? { apiKey: 'nobodys-key-01' } : { accessToken: 'EAAold' }),
    },
    recipient: byNumber,
    write: (said) =>
      stage.post('messages', {
        from: CLIENT,
        name: 'Tara',
        phoneNumberId,
        ...('png' in said ? { media: { mime: 'image/png', dataBase64: said.png } } : said),
      }),
    seen: async () =>
      (await stage.get(`messages?from=${encodeURIComponent(CLIENT)}&phoneNumberId=${phoneNumberId}`))
        .filter(toClient)
        .map(textOf),
    fault: (kind) => strike(faults[kind]),
    filesGone: () => strike({ kind: 'expired_media' }),
  }
}

async function onInstagram(parley: Parley): Promise<Scene> {
  const stage = await parley.stage('instagram')
  const accountId = `178414000000${String(10000 + scenes)}`
  const keys = { accountId, accessToken: `IGAA-token-${scenes}`, appSecret: `secret-of-instagram-${scenes}` }
  await stage.post('accounts', { ...keys, username: `shop${scenes}` })
  const graphUrl = `${stage.url}/instagram`
  const own = await connected(parley, 'instagram', { ...keys, login: 'instagram', verifyToken: 'word', graphUrl })
  // As connecting a channel does: Instagram sends nothing of an account that was not subscribed.
  expect(await own.adapter.subscribe(own.account, '', never)).toEqual({ ok: true })
  const from = `tara.${scenes}`
  let igsid = ''
  const faults = {
    busy: { kind: 'error', status: 400, code: 613 },
    page: { kind: 'html' },
    silence: { kind: 'no_answer' },
  }
  return {
    ...own,
    revoked: { ...own.account, accessToken: 'IGAA-token-of-yesterday' },
    recipient: () => [{ kind: 'igsid', value: igsid }],
    async write(said) {
      const attachments = 'png' in said ? [{ type: 'image', mime: 'image/png', dataBase64: said.png }] : undefined
      const answer = await stage.post('messages', { from, accountId, ...(attachments ? { attachments } : said) })
      igsid = String(answer.body.igsid)
    },
    seen: async () => (await stage.get(`messages?from=${from}`)).filter(toClient).map(textOf),
    fault: (kind) => stage.post('faults', faults[kind]),
    filesGone: () => stage.remove('files'),
  }
}

async function atTwilio(parley: Parley): Promise<Scene> {
  const stage = await parley.stage('twilio')
  const phone = `+1555077${1000 + scenes}`
  const accountSid = `AC${'1'.repeat(32)}`
  const apiUrl = `${stage.url}/twilio`
  const own = await connected(parley, 'twilio', { phone, accountSid, authToken: 'an-auth-token-0123456789', apiUrl })
  const faults = {
    busy: { kind: 'error', status: 429, code: 20429 },
    page: { kind: 'html' },
    silence: { kind: 'no_answer' },
  }
  return {
    ...own,
    revoked: { ...own.account, authToken: 'another-token-0123456789' },
    recipient: byNumber,
    write: (said) =>
      stage.post('messages', {
        from: CLIENT,
        name: 'Tara',
        to: phone,
        ...('png' in said ? { file: { mime: 'image/png', dataBase64: said.png } } : said),
      }),
    seen: async () =>
      (await stage.get(`messages?from=${encodeURIComponent(CLIENT)}`))
        .filter((one) => one.sender === phone && toClient(one))
        .map(textOf),
    fault: (kind) => stage.post('faults', faults[kind]),
    filesGone: () => stage.remove('files'),
  }
}

async function atService(parley: Parley, provider: ServiceProvider): Promise<Scene> {
  const adapter = adapterFor(provider)
  const { keys, revoked } = SERVICE_CASES[provider]
  const { account, channel, write, seen, post, remove } = await playService<Account>(
    parley,
    provider,
    (apiUrl, nth) => adapter.account.keys.parse(keys(apiUrl, 500 + nth)) as Account,
  )
  const faults = { busy: { kind: 'error', status: 429 }, page: { kind: 'html' }, silence: { kind: 'no_answer' } }
  return {
    adapter,
    account,
    channel,
    revoked: { ...account, ...revoked },
    recipient: byNumber,
    write: (said) => write('png' in said ? { file: { mime: 'image/png', dataBase64: said.png } } : said),
    seen: async () => (await seen()).filter(toClient).map(textOf),
    fault: (kind) => post('faults', faults[kind]),
    filesGone: () => remove('files'),
  }
}
