import { describe, expect, test } from 'vitest'
import type { OutgoingMessage, ReadyTemplate } from '../../../src/channels/port.ts'
import { sendMessage } from '../../../src/channels/whatsapp-cloud/send.ts'
import { templates } from '../../../src/channels/whatsapp-cloud/templates.ts'
import type { DeliveryId } from '../../../src/domain/ids.ts'
import type { TemplateDefinition } from '../../../src/domain/template/definition.ts'
import { CONFIG, GraphServer, graphError, json, never, reset, text } from './graph-server.ts'

const PATH = '/simulator/graph/v24.0'

describe('sending (reference §5.3)', () => {
  const READY: ReadyTemplate = {
    name: 'order_ready',
    language: 'ru',
    category: 'utility',
    header: null,
    body: [],
    buttons: [],
  }
  async function sent(template: Partial<ReadyTemplate>): Promise<unknown> {
    await using server = await GraphServer.start(
      json(200, { messages: [{ id: 'wamid.OUT', message_status: 'held_for_quality_assessment' }] }),
    )
    const message: OutgoingMessage = {
      deliveryId: '0198f2a4-1111-7222-8333-444455556666' as DeliveryId,
      recipient: [{ kind: 'wa_id', value: '16505551234' }],
      quoted: null,
      body: { kind: 'template', template: { ...READY, ...template } },
    }
    expect(await sendMessage(server.config, message, never)).toMatchObject({ outcome: 'accepted', held: true })
    const body = JSON.parse(server.seen[0]?.body.toString() ?? '')
    expect(body).toMatchObject({ to: '+16505551234', type: 'template', biz_opaque_callback_data: message.deliveryId })
    return body.template
  }

  test('a template without values has no components', async () => {
    expect(await sent({})).toEqual({ name: 'order_ready', language: { code: 'ru' } })
  })

  test('every part with its values', async () => {
    expect(
      await sent({
        header: { kind: 'media', media: 'document', source: { mediaId: '77' }, fileName: 'a.pdf' },
        body: [
          { name: null, text: 'Sheena' },
          { name: null, text: 'A-1042' },
        ],
        buttons: [
          { index: 0, kind: 'quick_reply', value: 'confirm:1042' },
          { index: 1, kind: 'url', value: '1042?t=abc' },
          { index: 2, kind: 'copy_code', value: '25OFF' },
          { index: 3, kind: 'flow', value: 't' },
        ],
      }),
    ).toEqual({
      name: 'order_ready',
      language: { code: 'ru' },
      components: [
        { type: 'header', parameters: [{ type: 'document', document: { id: '77', filename: 'a.pdf' } }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Sheena' },
            { type: 'text', text: 'A-1042' },
          ],
        },
        {
          type: 'button',
          sub_type: 'quick_reply',
          index: '0',
          parameters: [{ type: 'payload', payload: 'confirm:1042' }],
        },
        { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: '1042?t=abc' }] },
        {
          type: 'button',
          sub_type: 'copy_code',
          index: '2',
          parameters: [{ type: 'coupon_code', coupon_code: '25OFF' }],
        },
        { type: 'button', sub_type: 'flow', index: '3', parameters: [{ type: 'action', action: { flow_token: 't' } }] },
      ],
    })
  })

  test('named values, and other headers', async () => {
    expect(await sent({ body: [{ name: 'first_name', text: 'Sheena' }] })).toMatchObject({
      components: [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'first_name', text: 'Sheena' }] }],
    })
    expect(await sent({ header: { kind: 'text', values: [{ name: 'no', text: 'A-1' }] } })).toMatchObject({
      components: [{ type: 'header', parameters: [{ type: 'text', parameter_name: 'no', text: 'A-1' }] }],
    })
    expect(
      await sent({ header: { kind: 'media', media: 'image', source: { link: 'https://a.example/b' }, fileName: 'b' } }),
    ).toMatchObject({
      components: [{ type: 'header', parameters: [{ type: 'image', image: { link: 'https://a.example/b' } }] }],
    })
    expect(
      await sent({ header: { kind: 'location', latitude: 1.5, longitude: -2, name: 'Office', address: 'Main st.' } }),
    ).toMatchObject({
      components: [
        {
          parameters: [
            { type: 'location', location: { latitude: '1.5', longitude: '-2', name: 'Office', address: 'Main st.' } },
          ],
        },
      ],
    })
  })
})

const item = (name: string, more: object = {}) => ({
  id: '572279198452421',
  name,
  language: 'en_US',
  status: 'APPROVED',
  category: 'UTILITY',
  components: [{ type: 'BODY', text: 'Hi' }],
  quality_score: { score: 'GREEN', date: 1 },
  rejected_reason: 'NONE',
  parameter_format: 'POSITIONAL',
  ...more,
})
const page = (items: object[], after?: string) =>
  json(200, {
    data: items,
    paging: {
      cursors: { before: 'b', after: after ?? 'end' },
      ...(after === undefined ? {} : { next: 'https://next' }),
    },
  })
const queryOf = (url: string | undefined) => Object.fromEntries(new URL(url ?? '', 'http://x').searchParams)

describe('the list (reference §7.1)', () => {
  test('is read to its last page, in words of ours', async () => {
    await using server = await GraphServer.start(
      page(
        [item('a'), item('b', { status: 'REJECTED', rejected_reason: 'INVALID_FORMAT', quality_score: undefined })],
        'c1',
      ),
      page([item('c', { parameter_format: 'NAMED', id: 42 }), { id: '1' }, 'rubbish' as unknown as object]),
    )
    const outcome = await templates.list(server.config, never)
    expect(outcome).toMatchObject({
      ok: true,
      templates: [
        {
          providerId: '572279198452421',
          name: 'a',
          language: 'en_US',
          category: 'utility',
          status: 'approved',
          quality: 'green',
          parameterFormat: 'positional',
          components: [{ type: 'BODY', text: 'Hi' }],
          reason: null,
        },
        { name: 'b', status: 'rejected', reason: 'INVALID_FORMAT', quality: null },
        { name: 'c', parameterFormat: 'named' },
      ],
    })
    expect(server.seen.map(({ url }) => url.split('?')[0])).toEqual(
      Array(2).fill(`${PATH}/${CONFIG.wabaId}/message_templates`),
    )
    expect(queryOf(server.seen[0]?.url)).toMatchObject({ fields: expect.stringContaining('components'), limit: '50' })
    expect(queryOf(server.seen[1]?.url)).toMatchObject({ after: 'c1' })
  })

  test('keeps ids of more digits than a double holds, and guesses what older answers leave out', async () => {
    await using server = await GraphServer.start(
      text(
        200,
        '{"data":[{"id":12345678901234567890,"name":"a","language":"en","status":"APPROVED","category":"UTILITY","components":[{"type":"BODY","text":"Hi {{first_name}}"}]}]}',
        { 'content-type': 'application/json' },
      ),
    )
    expect(await templates.list(server.config, never)).toMatchObject({
      templates: [{ providerId: '12345678901234567890', parameterFormat: 'named' }],
    })
  })

  test('of two with one name the one that can be sent stands', async () => {
    await using server = await GraphServer.start(
      page([
        item('a', { id: '1', status: 'PENDING_DELETION' }),
        item('a', { id: '2' }),
        item('a', { id: '3', status: 'PENDING_DELETION' }),
      ]),
    )
    expect(await templates.list(server.config, never)).toMatchObject({ templates: [{ providerId: '2' }] })
  })

  test('begins again, once, when its place is lost', async () => {
    await using server = await GraphServer.start(page([item('a')], 'c1'), graphError(400, 131059), page([item('b')]))
    expect(await templates.list(server.config, never)).toMatchObject({ ok: true, templates: [{ name: 'b' }] })
    expect(queryOf(server.seen[2]?.url).after).toBeUndefined()
    await using worse = await GraphServer.start(graphError(400, 131059), graphError(400, 131059))
    expect(await templates.list(worse.config, never)).toMatchObject({ ok: false, failure: { code: '131059' } })
  })

  test.each([
    ['a refusal', graphError(401, 190), '190'],
    ['a page in between', text(502, '<html>'), 'unreadable_answer'],
    ['no list', json(200, { id: '1' }), 'unreadable_answer'],
    ['a broken connection', reset, 'network'],
  ])('fails whole: %s', async (_, answer, code) => {
    await using server = await GraphServer.start(page([item('a')], 'c1'), answer)
    expect(await templates.list(server.config, never)).toMatchObject({ ok: false, failure: { code } })
  })

  test('that runs in a circle ends', async () => {
    await using server = await GraphServer.start(...Array(200).fill(page([item('a')], 'c1')))
    expect(await templates.list(server.config, never)).toMatchObject({
      ok: false,
      failure: { code: 'unreadable_answer' },
    })
    expect(server.seen).toHaveLength(200)
  })
})

describe('changes (reference §7.1)', () => {
  const DEFINITION: TemplateDefinition = {
    name: 'order_ready',
    language: 'ru',
    category: 'utility',
    parameterFormat: 'named',
    components: [{ type: 'body', text: 'Привет, {{first_name}}!' }],
  }

  test('a new one', async () => {
    await using server = await GraphServer.start(
      json(200, { id: '572279198452421', status: 'PENDING', category: 'MARKETING' }),
    )
    expect(await templates.create(server.config, DEFINITION, never)).toEqual({
      ok: true,
      providerId: '572279198452421',
      status: 'pending',
      category: 'marketing',
    })
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({
      name: 'order_ready',
      language: 'ru',
      category: 'UTILITY',
      parameter_format: 'named',
      components: [{ type: 'BODY', text: 'Привет, {{first_name}}!' }],
    })
  })

  test('a refusal names its cause in the subcode, and in words for people', async () => {
    await using server = await GraphServer.start(
      json(400, {
        error: {
          message: 'Invalid parameter',
          code: 100,
          error_subcode: 2388299,
          error_user_title: 'Title',
          error_user_msg: "Variables can't be at the start or end of the template.",
        },
      }),
    )
    const outcome = await templates.create(server.config, DEFINITION, never)
    expect(outcome).toMatchObject({ ok: false, failure: { code: '2388299', class: 'fix' } })
    expect(JSON.stringify(outcome)).toContain("Variables can't be at the start")
  })

  test('an edit and a deletion', async () => {
    await using server = await GraphServer.start(
      json(200, { success: true }),
      json(200, { success: true }),
      json(200, {}),
    )
    expect(await templates.edit(server.config, '77', { category: 'marketing' }, never)).toEqual({ ok: true })
    expect(await templates.remove(server.config, 'order_ready', '77', never)).toEqual({ ok: true })
    expect(await templates.remove(server.config, 'order_ready', null, never)).toMatchObject({ ok: false })
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${PATH}/77`,
      `DELETE ${PATH}/${CONFIG.wabaId}/message_templates?name=order_ready&hsm_id=77`,
      `DELETE ${PATH}/${CONFIG.wabaId}/message_templates?name=order_ready`,
    ])
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({ category: 'MARKETING' })
  })
})
