import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { ChannelAdapter, InboundItem, OutgoingMessage } from '../../src/channels/port.ts'
import { allAdapters } from '../../src/channels/registry.ts'
import type { DeliveryId } from '../../src/domain/ids.ts'
import { CASES } from './conformance/cases.ts'
import {
  type Answer,
  type Body,
  formBody,
  jsonBody,
  type Proof,
  type ProviderCase,
} from './conformance/provider-case.ts'
import { GraphServer, json, never, reset, resetMidAnswer, silence, text } from './whatsapp-cloud/graph-server.ts'

/** What every adapter of the registry must stand, whatever its provider. */
const adapters = allAdapters()

test('every provider is described here', () => {
  expect(adapters.map(({ provider }) => provider).filter((provider) => CASES[provider] === undefined)).toEqual([])
})

const described = adapters.flatMap((adapter): [string, ChannelAdapter, ProviderCase][] => {
  const one = CASES[adapter.provider]
  return one ? [[adapter.provider, adapter, one]] : []
})

const MESSAGE: OutgoingMessage = {
  deliveryId: '0198f2a4-1111-7222-8333-444455556666' as DeliveryId,
  recipient: [
    { kind: 'wa_id', value: '16505551234' },
    { kind: 'igsid', value: '6742819350127743' },
    { kind: 'chat_id', value: '9' },
  ],
  quoted: null,
  reportTo: 'https://parley.example/webhooks/1',
  body: { kind: 'text', text: 'Привет' },
}

describe.each(described)('%s', (_provider, adapter, one) => {
  const config = (origin: string): unknown => adapter.account.keys.parse(one.account(origin))
  const read = ({ bytes, contentType }: Body): InboundItem[] => adapter.parse(bytes, contentType)
  const key = String(one.account('https://a.example')[adapter.account.signedWith])
  const started = async (...script: Answer[]) => {
    const server = await GraphServer.start(...script)
    server.aside = one.signIn ?? server.aside
    return server
  }
  const verify = (proof: Proof, { bytes }: Body, keys: string[]) => adapter.verify({ ...proof, body: bytes }, keys)

  describe('who calls', () => {
    const { text: body } = one.inbound
    test('the provider is let in, with the key or the one before it', () => {
      expect(verify(one.proof(body, key), body, [key])).toBe(true)
      expect(verify(one.proof(body, key), body, ['another-key-altogether', key])).toBe(true)
    })
    test('nobody else is', () => {
      expect(verify(one.proof(body, 'a-guessed-key-000001'), body, [key])).toBe(false)
      expect(verify({ url: new URL('https://parley.example/webhooks/1'), headers: new Headers() }, body, [key])).toBe(
        false,
      )
    })
    test('an empty key proves nothing', () => {
      expect(verify(one.proof(body, ''), body, [''])).toBe(false)
      expect(verify(one.proof(body, ''), body, ['', key])).toBe(false)
      expect(verify(one.proof(body, key), body, [])).toBe(false)
    })
    test.runIf(one.provesBody)('and nobody with another body', () => {
      const { unknown } = one.inbound
      expect(verify(one.proof(body, key), unknown, [key])).toBe(false)
    })
    test('garbage in the place of the proof is refused, never thrown', () => {
      const genuine = one.proof(body, key)
      for (const odd of ['', ' ', '=', 'sha256=', 'sha256=zz', 'é'.repeat(300), '0'.repeat(5000)]) {
        const headers = new Headers([...genuine.headers.keys()].map((name) => [name, encodeURIComponent(odd)]))
        const url = new URL(genuine.url)
        for (const name of url.searchParams.keys()) url.searchParams.set(name, odd)
        expect(verify({ url, headers }, body, [key])).toBe(false)
      }
    })
  })

  describe('what comes', () => {
    test('a text', () => {
      const [item, ...more] = read(one.inbound.text)
      expect(more).toEqual([])
      expect(item).toMatchObject({
        to: 'conversation',
        account: one.inbound.account,
        opensWindow: true,
        event: { kind: 'message.received', message: { content: { kind: 'text', media: null } } },
      })
      if (item?.to !== 'conversation' || item.event.kind !== 'message.received') throw new Error('no message')
      expect(item.event.message.content.text).toEqual(expect.stringMatching(/\S/))
      expect(item.identities.length).toBeGreaterThan(0)
      expect(item.at.getTime()).toBeGreaterThan(0)
    })
    test('a file', () => {
      const [item] = read(one.inbound.media)
      expect(item).toMatchObject({
        to: 'conversation',
        account: one.inbound.account,
        event: { kind: 'message.received', message: { content: { kind: 'image' } } },
      })
      if (item?.to !== 'conversation' || item.event.kind !== 'message.received') throw new Error('no message')
      expect(item.event.message.content.media).toMatchObject({ mediaId: expect.any(String), mime: expect.any(String) })
    })
    test('how far a message has come', () => {
      expect(read(one.inbound.status)).toMatchObject([
        { to: 'delivery', account: one.inbound.statusAccount ?? one.inbound.account, status: { state: 'read' } },
      ])
    })
    test.runIf(one.inbound.failure)('that it did not, by the code that says so for all of WhatsApp', () => {
      expect(one.inbound.failure && read(one.inbound.failure)).toMatchObject([
        {
          to: 'delivery',
          account: one.inbound.statusAccount ?? one.inbound.account,
          status: { state: 'failed', errors: [{ code: '131047' }] },
        },
      ])
    })
    test('what nobody knows is a dead letter', () => {
      const items = read(one.inbound.unknown)
      expect(items.length).toBeGreaterThan(0)
      expect(new Set(items.map(({ to }) => to))).toEqual(new Set(['dead_letter']))
    })
    test('a repeated body has the same keys', () => {
      for (const body of [one.inbound.text, one.inbound.media]) {
        const keys = (items: InboundItem[]) => items.map((item) => 'dedupeKey' in item && item.dedupeKey)
        expect(keys(read(body))).toEqual(keys(read(body)))
        expect(keys(read(body))[0]).toEqual(expect.stringMatching(/^.{3,600}$/))
      }
    })
    test.runIf(one.batch)('a bad item leaves its neighbours alive', () => {
      if (!one.batch) return
      const items = read(one.batch.body)
      expect(items.filter(({ to }) => to !== 'dead_letter')).toHaveLength(one.batch.alive)
      expect(items.filter(({ to }) => to === 'dead_letter')).toMatchObject([{ path: one.batch.bad }])
    })

    const garbage: Body[] = [
      ...[
        '',
        'null',
        '[]',
        '"x"',
        '{',
        '<html>502</html>',
        '{"entry":7}',
        '{"__proto__":{"a":1}}',
        '['.repeat(5000),
        `{"a":${'{"b":'.repeat(500)}1${'}'.repeat(501)}`,
      ].map((words) => ({ bytes: Buffer.from(words), contentType: 'application/json' })),
      { bytes: Buffer.from([0xff, 0xfe, 0x00, 0x80]), contentType: 'application/json' },
      { bytes: Buffer.from([0xff, 0xfe, 0x00, 0x80]), contentType: 'application/x-www-form-urlencoded' },
      formBody({ __proto__: 'x', constructor: 'y', a: '\u0000' }),
      { bytes: Buffer.from('%zz=%&&&=&a=%00%ff'), contentType: 'application/x-www-form-urlencoded' },
    ]
    const isTrial = ({ bytes }: Body) => one.inbound.trial?.bytes.equals(bytes) ?? false
    test.runIf(one.inbound.trial)('what an address is tried with leaves nothing', () => {
      expect(one.inbound.trial && read(one.inbound.trial)).toEqual([])
    })
    test.each(garbage.flatMap((body, index) => (isTrial(body) ? [] : [[index, body] as const])))(
      'garbage %i is a dead letter',
      (_index, body) => {
        const items = read(body)
        expect(items.length).toBeGreaterThan(0)
        expect(items.every(({ to }) => to === 'dead_letter')).toBe(true)
      },
    )
    test('a body cut anywhere never throws, and leaves an item or a dead letter', () => {
      for (const body of [one.inbound.text, one.inbound.media, one.inbound.status]) {
        const step = Math.max(1, Math.floor(body.bytes.length / 60))
        for (let end = 0; end < body.bytes.length; end += step) {
          const cut = { ...body, bytes: body.bytes.subarray(0, end) }
          if (!isTrial(cut)) expect(read(cut).length).toBeGreaterThan(0)
        }
      }
    })
    test('no value of another kind in any place throws, and no dead letter quotes it', () => {
      const canary = 'canary-words-of-a-client'
      for (const body of [one.inbound.text, one.inbound.media, one.inbound.status]) {
        for (const odd of [null, 0, -1, 1e308, '', canary, true, [], [[canary]], { a: canary }, '9'.repeat(2000)]) {
          for (const changed of everyChange(body, odd)) {
            for (const item of read(changed)) {
              if (item.to === 'dead_letter') expect(item.detail).not.toContain(canary)
              else JSON.stringify(item)
            }
          }
        }
      }
    })
    test('what is answered to an event says nothing to the client', () => {
      expect(adapter.acknowledgement?.body ?? '{}').toMatch(/^(\{\}|<Response\s*\/>|<Response><\/Response>|ok)?$/i)
    })
  })

  describe('what leaves', () => {
    const send = async (answer: Answer, message: Partial<OutgoingMessage> = {}) => {
      // A provider that is signed in to is asked once more when it turns a token away.
      await using server = await started(answer, answer)
      const outcome = await adapter.send(config(server.origin), { ...MESSAGE, ...message }, never)
      hidesSecrets(outcome)
      return { outcome, seen: server.seen }
    }
    const hidesSecrets = (outcome: unknown) => {
      for (const secret of one.secrets) expect(JSON.stringify(outcome)).not.toContain(secret)
    }

    test('is asked for once, and accepted', async () => {
      const { outcome, seen } = await send(one.send.accepted)
      expect(outcome).toMatchObject({ outcome: 'accepted', providerMessageId: one.send.id })
      expect(seen).toHaveLength(1)
      // A word of the message is in the request, so that it was this one.
      expect(decodeURIComponent(seen[0]?.body.toString().replaceAll('+', ' ') ?? '')).toContain('Привет')
    })
    test('is refused as it is, for a person to mend', async () => {
      expect((await send(one.send.refused)).outcome).toMatchObject({
        outcome: 'rejected',
        failure: { class: 'fix' },
      })
    })
    test('is told to wait, and for how long', async () => {
      const { outcome } = await send(one.send.rateLimited)
      expect(outcome).toMatchObject({ outcome: 'rejected', failure: { retryAfterSeconds: 17 } })
      if (outcome.outcome === 'rejected') expect(['wait', 'retry']).toContain(outcome.failure.class)
    })
    test('is refused for the channel as a whole once its token is revoked', async () => {
      expect((await send(one.send.revoked)).outcome).toMatchObject({
        outcome: 'rejected',
        failure: { class: 'channel_down' },
      })
    })
    test.each<[string, Answer]>([
      ['an HTML page of a proxy', text(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' })],
      ['an HTML page that says 200', text(200, '<html>Sign in</html>', { 'content-type': 'text/html' })],
      ['a 200 that says nothing', json(200, {})],
      ['a reset after the request', reset],
      ['a reset within the answer', resetMidAnswer],
      ['a 504', text(504, '')],
      ['a 408', text(408, '')],
    ])('%s: nobody can say what became of it', async (_name, answer) => {
      const { outcome, seen } = await send(answer)
      expect(outcome).toMatchObject({ outcome: 'unknown' })
      expect(seen).toHaveLength(1)
    })
    test('so does a provider that has it and falls silent', async () => {
      const { answer, accepted } = silence()
      await using server = await started(answer)
      const giveUp = new AbortController()
      const call = adapter.send(config(server.origin), MESSAGE, giveUp.signal)
      await accepted
      giveUp.abort()
      const outcome = await call
      expect(outcome).toMatchObject({ outcome: 'unknown' })
      hidesSecrets(outcome)
    })
    test('an HTML page with a 404 was certainly no acceptance', async () => {
      expect((await send(text(404, '<html>'))).outcome).toMatchObject({ outcome: 'rejected' })
    })
    test('a redirect is not followed: it would take the token with it', async () => {
      const { outcome, seen } = await send(text(302, '', { location: '/elsewhere' }))
      expect(outcome).toMatchObject({ outcome: 'rejected' })
      expect(seen).toHaveLength(1)
    })
    test('nothing has left where nobody listens, or where it was stopped before', async () => {
      const outcome = await adapter.send(config(`http://127.0.0.1:${await freePort()}`), MESSAGE, never)
      expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'network', class: 'retry' } })
      hidesSecrets(outcome)
      const { outcome: stopped, seen } = await sendStopped()
      expect(stopped).toMatchObject({ outcome: 'rejected', failure: { code: 'not_started' } })
      expect(seen).toEqual([])
    })
    const sendStopped = async () => {
      await using server = await started()
      return { outcome: await adapter.send(config(server.origin), MESSAGE, AbortSignal.abort()), seen: server.seen }
    }
    test('somebody without an address is written to by nobody', async () => {
      const { outcome, seen } = await send(one.send.accepted, { recipient: [] })
      expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code: 'no_address', class: 'fix' } })
      expect(seen).toEqual([])
    })
    test('what the provider cannot say is refused before the call, and nothing is lost on the way', async () => {
      const { capabilities } = adapter
      const bodies: OutgoingMessage['body'][] = [
        ...(capabilities.interactive === null ? [BUTTONS] : []),
        ...(capabilities.templates ? [] : [TEMPLATE]),
        ...capabilities.media
          .filter(({ kind }) => !capabilities.captionKinds.includes(kind) && capabilities.captionKinds.length > 0)
          .map(({ kind }): OutgoingMessage['body'] => ({
            kind: 'media',
            media: kind,
            mediaId: 'https://parley.example/files/1',
            caption: 'words that would be lost',
            fileName: null,
          })),
      ]
      for (const body of bodies) {
        const { outcome, seen } = await send(one.send.accepted, { body })
        expect(outcome).toMatchObject({ outcome: 'rejected', failure: { class: 'fix' } })
        expect(seen).toEqual([])
      }
    })
  })

  describe('files of clients', () => {
    const download = async (mediaId: (origin: string) => string, answers: (origin: () => string) => Answer[]) => {
      let origin = ''
      await using server = await started(...answers(() => origin))
      origin = server.origin
      const outcome = await adapter.download(config(origin), mediaId(origin), never)
      if (!outcome.ok) return { outcome, bytes: null, seen: server.seen }
      return {
        outcome,
        bytes: Buffer.from(await new Response(outcome.body).arrayBuffer()).toString(),
        seen: server.seen,
      }
    }
    test('one that is there', async () => {
      expect((await download(one.there.mediaId, one.there.answers)).bytes).toBe('file')
    })
    test('one that is gone', async () => {
      const { outcome } = await download(one.gone.mediaId, () => one.gone.answers)
      expect(outcome.ok).toBe(false)
      for (const secret of one.secrets) expect(JSON.stringify(outcome)).not.toContain(secret)
    })
    test('no address leads us elsewhere', async () => {
      for (const address of ['http://169.254.169.254/latest/meta-data', 'file:///etc/passwd', 'not an address', '']) {
        const { outcome } = await download(
          () => address,
          () => [text(404, '')],
        )
        expect(outcome.ok).toBe(false)
      }
    })
  })

  describe('the account', () => {
    test('is accepted, or its key is refused, or nobody can say; and no secret is told', async () => {
      for (const [answer, allowed] of [
        [one.send.revoked, [false]],
        [text(502, '<html>'), [null]],
        [text(200, '<html>'), [null, false]],
      ] as const) {
        await using server = await started(answer, answer)
        const outcome = await adapter.check(config(server.origin), never)
        expect(allowed).toContain(outcome.ok)
        for (const secret of one.secrets) expect(JSON.stringify(outcome)).not.toContain(secret)
      }
    })
    test('its fields are the keys of its form, and say what the form takes', () => {
      const fields = adapter.connection.fields
      const keys = Object.keys(adapter.account.keys.shape)
      expect(fields.map((field) => field.key).sort()).toEqual([...keys].sort())
      const { id, business, signedWith } = adapter.account
      expect(keys).toEqual(expect.arrayContaining([id, signedWith, ...(business === null ? [] : [business])]))
      for (const { key: name, required, pattern } of fields) {
        expect(adapter.account.keys.shape[name]?.safeParse(undefined).success, name).toBe(!required)
        // As the form in the browser does (web/src/channels/connect/use-connection-values.ts).
        const value = adapter.account.keys.parse(one.account('https://a.example'))[name]
        if (value !== undefined) expect(String(value), name).toMatch(new RegExp(`^(?:${pattern})$`, 'u'))
      }
    })
    test('what it is called and whose it is stand in the open, what it is proved with does not', () => {
      const isSecret = (name: string) => adapter.connection.fields.find((field) => field.key === name)?.secret
      const { id, business, signedWith } = adapter.account
      expect([isSecret(id), business === null ? false : isSecret(business), isSecret(signedWith)]).toEqual([
        false,
        false,
        true,
      ])
    })
    test('every field has words in every language', () => {
      for (const { label, help, form, key: name } of adapter.connection.fields) {
        for (const words of [label, help, form]) {
          expect(words.en, name).toMatch(/\S/)
          expect(words.ru, name).toMatch(/[а-яё]/i)
        }
      }
    })
    test('the key in its address is the one that lets the provider in', () => {
      if (!adapter.addressKey) return
      const url = new URL(`https://parley.example/webhooks/1?${adapter.addressKey(config('https://a.example'))}`)
      expect(adapter.verify({ url, headers: new Headers(), body: Buffer.from('{}') }, [key])).toBe(true)
    })
    test('its address is https, or on this machine', () => {
      const url = adapter.connection.fields.find((field) => /url$/i.test(field.key))
      if (!url) return
      const taken = (address: string) =>
        adapter.account.keys.safeParse({ ...one.account('https://a.example'), [url.key]: address }).success
      expect([taken('https://b.example/x'), taken('http://127.0.0.1:9000/x')]).toEqual([true, true])
      expect([taken('http://b.example'), taken('https://user:pass@b.example'), taken('ftp://b.example')]).toEqual([
        false,
        false,
        false,
      ])
    })
  })

  describe.runIf(adapter.templates)('its templates', () => {
    const account = (origin: string): unknown =>
      adapter.account.keys.parse({ ...one.account(origin), ...one.withTemplates })
    test.each<[string, Answer | null]>([
      ['an HTML page of a proxy', text(502, '<html>Bad gateway</html>')],
      ['an HTML page that says 200', text(200, '<html>Sign in</html>')],
      ['a 200 that says nothing', json(200, {})],
      ['a reset', reset],
      ['a limit', one.send.rateLimited],
      ['a token that is good no more', one.send.revoked],
      ['nobody there', null],
    ])('%s is no list, and tells no secret', async (_name, answer) => {
      await using server = await started(...(answer === null ? [] : [answer, answer]))
      const origin = answer === null ? `http://127.0.0.1:${await freePort()}` : server.origin
      const outcome = await adapter.templates?.list(account(origin), never)
      expect(outcome).toMatchObject({ ok: false, failure: { code: expect.stringMatching(/./) } })
      for (const secret of one.secrets) expect(JSON.stringify(outcome)).not.toContain(secret)
      if (answer === one.send.rateLimited) expect(outcome).toMatchObject({ failure: { retryAfterSeconds: 17 } })
      if (answer === one.send.revoked) expect(outcome).toMatchObject({ failure: { class: 'channel_down' } })
    })
    test('one that its provider does not know is sent by nobody', async () => {
      await using server = await started(one.send.refused, one.send.refused)
      const outcome = await adapter.send(account(server.origin), { ...MESSAGE, body: TEMPLATE }, never)
      expect(outcome).toMatchObject({ outcome: 'rejected', failure: { class: 'fix' } })
    })
  })

  test('what it can do contradicts itself nowhere', () => {
    const { capabilities } = adapter
    const kinds = capabilities.media.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining([...capabilities.captionKinds]))
    expect(new Set(kinds).size).toBe(kinds.length)
    for (const { mimes, maxBytes } of capabilities.media) {
      expect(mimes.length).toBeGreaterThan(0)
      expect(maxBytes).toBeGreaterThan(0)
    }
    expect(capabilities.maxCaptionLength > 0).toBe(capabilities.captionKinds.length > 0)
    expect(capabilities.maxTextLength).toBeGreaterThan(0)
    expect(capabilities.templates).toBe(adapter.templates !== undefined)
    expect(capabilities.messagesPerSecond).toBeGreaterThan(0)
  })
})

const BUTTONS: OutgoingMessage['body'] = {
  kind: 'interactive',
  message: { text: 't', header: null, footer: null, choice: { kind: 'buttons', buttons: [{ id: 'a', title: 'A' }] } },
}
const TEMPLATE: OutgoingMessage['body'] = {
  kind: 'template',
  template: { name: 'hello', language: 'en', category: 'utility', header: null, body: [], buttons: [] } as never,
}

/** The body with one value replaced, for each of its places in turn; a form's values stay texts. */
function* everyChange({ bytes, contentType }: Body, odd: unknown): Generator<Body> {
  if (contentType !== 'application/json') {
    for (const name of new URLSearchParams(bytes.toString()).keys()) {
      const form = new URLSearchParams(bytes.toString())
      form.set(name, typeof odd === 'string' ? odd : JSON.stringify(odd))
      yield { bytes: Buffer.from(form.toString()), contentType }
      yield jsonBody({ ...Object.fromEntries(new URLSearchParams(bytes.toString())), [name]: odd })
    }
    return
  }
  const whole: unknown = JSON.parse(bytes.toString())
  const holders: [Record<string, unknown>, string][] = []
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      holders.push([node as Record<string, unknown>, key])
      visit((node as Record<string, unknown>)[key])
    }
  }
  visit(whole)
  for (const [holder, key] of holders) {
    const before = holder[key]
    holder[key] = odd
    yield jsonBody(whole)
    holder[key] = before
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await new Promise((resolve) => server.close(resolve))
  return port
}
