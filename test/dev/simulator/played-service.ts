import { expect } from 'vitest'
import type { ChannelAdapter, OutgoingMessage } from '../../../src/channels/port.ts'
import type { ServiceProvider } from '../../../src/dev/simulator/services/index.ts'
import type { ChannelId } from '../../../src/domain/ids.ts'
import { addProviderChannel } from '../../channels/provider-channel.ts'
import { type Json, temporaryDirectory, until } from './harness.ts'
import { CLIENT, never, outgoing, type Parley, PNG, readPage, type Stage } from './played.ts'

/** A channel of a service in between, on its stage. */
export interface PlayedService<Account> extends Stage {
  account: Account
  channel: ChannelId
  provider: ServiceProvider
  dataDir: string
  /** As the client. */
  write(more: object): Promise<{ status: number; body: Json }>
  /** The client opens the chat. */
  read(): Promise<unknown>
  /** The business writes in its own phone. */
  echo(text: string): Promise<unknown>
  /** What the client sees, oldest first. */
  seen(): Promise<Json[]>
}

/**
 * @param keysAt the account, given the address of the stand-in and a number that is new each time
 * @param before the same channel on an earlier stage
 */
export async function playService<Account extends object>(
  parley: Parley,
  provider: ServiceProvider,
  keysAt: (apiUrl: string, nth: number) => Account,
  before?: PlayedService<Account>,
): Promise<PlayedService<Account>> {
  const dataDir = before?.dataDir ?? (await temporaryDirectory())
  const stage = await parley.stage(provider, dataDir)
  played += before ? 0 : 1
  const account = { ...(before?.account ?? {}), ...keysAt(`${stage.url}/${provider}`, played) }
  const channel =
    before?.channel ?? (await addProviderChannel(parley.database, provider, { ...account } as Record<string, unknown>))
  const [{ account_id: sender } = {}] = await parley.rows('select account_id from channels where id = $1', channel)
  const who = { from: CLIENT, to: sender }
  return {
    ...stage,
    account,
    channel,
    provider,
    dataDir,
    write: (more) => stage.post('messages', { ...who, name: 'Tara', ...more }),
    read: () => stage.post('read', who),
    echo: (words) => stage.post('echo', { ...who, text: words }),
    seen: async () =>
      (await stage.get(`messages?from=${encodeURIComponent(CLIENT)}`)).filter((one) => one.sender === sender),
  }
}
let played = 0

/** A client writes and is answered, to the blue ticks. */
export async function playConversation(parley: Parley, { channel, ...client }: PlayedService<object>): Promise<void> {
  expect((await client.write({ text: 'Do you ship abroad?' })).status).toBe(201)
  await until(async () =>
    expect(await parley.heard(channel)).toMatchObject([{ kind: 'text', text: 'Do you ship abroad?' }]),
  )
  await parley.answer(channel, { kind: 'text', text: 'Yes, we do' })
  await until(async () => expect(await parley.fate(channel)).toMatchObject({ state: 'delivered' }))
  await client.read()
  await until(async () => expect(await parley.fate(channel)).toMatchObject({ state: 'read' }))
  expect(await client.seen()).toMatchObject([
    { direction: 'from_client', text: 'Do you ship abroad?' },
    { direction: 'to_client', text: 'Yes, we do', status: 'read' },
  ])
}

/** A client quotes the newest message that they see; it is known by the id that the send was answered with. */
export async function playQuote(parley: Parley, { channel, seen, write }: PlayedService<object>): Promise<void> {
  const sid = (await seen()).at(-1)?.sid
  await write({ text: 'This one?', replyTo: sid })
  const quotes = `select payload -> 'message' -> 'context' ->> 'quoted' as quoted from conversation_events
    where channel_id = $1 and payload -> 'message' -> 'content' ->> 'text' = 'This one?'`
  await until(async () => expect(await parley.rows(quotes, channel)).toEqual([{ quoted: sid }]))
}

/** A client corrects, takes back and reacts to what is there; what the service does not tell of, nobody can do. */
export async function playChanges(
  parley: Parley,
  { channel, write, post, seen }: PlayedService<object>,
  told: readonly string[],
): Promise<void> {
  await write({ text: 'frist' })
  await until(async () => expect(await parley.heard(channel)).toHaveLength(1))
  const sid = (await seen())[0]?.sid
  const [{ sender } = {}] = await seen()
  const comment = async () => {
    await parley.heard(channel)
    const query = `select c.text, c.edited_at is not null as edited, c.deleted_at is not null as deleted,
        (select coalesce(jsonb_agg(jsonb_build_object('emoji', r.emoji)), '[]') from reactions r where r.comment_id = c.id) as reactions
      from comments c where c.channel_id = $1 and c.author_kind = 'contact'`
    return (await parley.rows(query, channel))[0]
  }
  for (const [what, change, shown] of [
    ['edit', { edit: { sid, text: 'first' } }, { text: 'first', edited: true }],
    ['reaction', { reaction: { sid, emoji: '👍' } }, { reactions: [{ emoji: '👍' }] }],
    ['unsend', { unsend: { sid } }, { deleted: true }],
  ] as const) {
    const isTold = told.includes(what)
    expect((await post('changes', { from: CLIENT, to: sender, ...change })).status).toBe(isTold ? 202 : 404)
    if (isTold) await until(async () => expect(await comment()).toMatchObject(shown))
  }
}

/** A client's picture arrives, and is the same bytes by the adapter. */
export async function playPicture<Account extends object>(
  parley: Parley,
  { download }: Pick<ChannelAdapter<Account>, 'download'>,
  { channel, account, write }: PlayedService<Account>,
): Promise<void> {
  await write({ file: { mime: 'image/png', name: 'one.png', dataBase64: PNG }, text: 'This one' })
  await until(async () => expect(await parley.heard(channel)).toMatchObject([{ kind: 'image', text: 'This one' }]))
  const events = `select payload from conversation_events where channel_id = $1 and kind = 'message.received'`
  const [{ payload } = {}] = await parley.rows(events, channel)
  const { mediaId } = (payload as { message: { content: { media: { mediaId: string } } } }).message.content.media
  const file = await download(account, mediaId, never)
  if (!file.ok) throw new Error(file.failure.detail)
  expect(Buffer.from(await new Response(file.body).arrayBuffer()).toString('base64')).toBe(PNG)
}

const linked = (url: string): OutgoingMessage =>
  outgoing({ kind: 'media', media: 'image', mediaId: url, caption: null, fileName: null, file: null } as never)

/** The service fetches what the business sends by a link, if it is there. */
export async function playLinks<Account extends object>(
  { send }: Pick<ChannelAdapter<Account>, 'send'>,
  { account, url, provider, seen }: PlayedService<Account>,
): Promise<void> {
  const before = (await seen()).length
  await send(account, linked(`${url}/${provider}-phone`), never)
  await until(async () => expect((await seen())[before]).toMatchObject({ status: 'delivered', media: [{}] }))
  await send(account, linked(`${url}/nothing-here`), never)
  await until(async () => expect((await seen())[before + 1]).toMatchObject({ status: 'undelivered' }))
}

/** What the business writes elsewhere, as in its own phone, is there, too. */
export async function playEcho(parley: Parley, { echo, channel }: PlayedService<object>): Promise<void> {
  await echo('From my phone')
  await until(async () =>
    expect(await parley.heard(channel, 'phone_app')).toMatchObject([{ kind: 'text', text: 'From my phone' }]),
  )
}

/** A text whose answer was lost is settled by its echo. */
export async function playLostAnswer(parley: Parley, { write, post, channel }: PlayedService<object>): Promise<void> {
  await write({ text: 'Hello' })
  await until(async () => expect(await parley.heard(channel)).toHaveLength(1))
  await post('faults', { kind: 'no_answer' })
  await parley.answer(channel, { kind: 'text', text: 'Are you there?' })
  await until(async () => {
    await parley.heard(channel)
    expect(await parley.fate(channel)).toMatchObject({ state: 'delivered' })
  })
}

/** A message that the service takes and cannot deliver. */
export async function playUndelivered(
  parley: Parley,
  { write, post, seen, channel }: PlayedService<object>,
): Promise<void> {
  await write({ text: 'Hello' })
  await until(async () => expect(await parley.heard(channel)).toHaveLength(1))
  await post('faults', { kind: 'undelivered' })
  await parley.answer(channel, { kind: 'text', text: 'Are you there?' })
  await until(async () => expect(await parley.fate(channel)).toMatchObject({ state: 'failed' }))
  expect((await seen()).at(-1)).toMatchObject({ text: 'Are you there?', status: 'undelivered' })
}

/** What was said outlives the process, the channel follows the simulator to another port, and there is a page. */
export async function playRestart<Account extends object>(
  parley: Parley,
  first: PlayedService<Account>,
  again: (before: PlayedService<Account>) => Promise<PlayedService<Account>>,
): Promise<void> {
  await first.write({ text: 'Are you there?' })
  await until(async () => expect(await parley.heard(first.channel)).toHaveLength(1))
  const said = await first.seen()
  await first.stop()
  const second = await again(first)
  expect(await second.seen()).toEqual(said)
  const [{ config } = {}] = await parley.rows('select config from channels where id = $1', first.channel)
  expect(Object.values(config as object)).toContain(`${parley.url}/simulator/${first.provider}`)
  await readPage(`${second.url}/${first.provider}-phone`)
}
