import { describe, expect, test } from 'vitest'
import {
  arrived,
  CLIENT_ID,
  errorOf,
  items,
  type Json,
  listIn,
  startRig,
  until,
  values,
  WABA,
  wamidOf,
} from './harness.ts'

const text = (...values: string[]) => values.map((value) => ({ type: 'text', text: value }))
const body = (...values: string[]) => ({ type: 'body', parameters: text(...values) })
const template = (name: string, code: string, ...components: Json[]) => ({
  type: 'template',
  template: { name, language: { code }, components },
})
const definition = (name: string, more: Json = {}) => ({
  name,
  language: 'en_US',
  category: 'UTILITY',
  components: [{ type: 'BODY', text: 'Hello {{1}}!', example: { body_text: [['Anna']] } }],
  ...more,
})

describe('sending', () => {
  test('fills the template in, without a window, and shows its buttons', async () => {
    const rig = await startRig()
    const sent = await rig.send(
      template('appointment_reminder', 'en_US', body('Anna', '12 May', '10:30'), {
        type: 'button',
        sub_type: 'quick_reply',
        index: '0',
        parameters: [{ type: 'payload', payload: 'confirm:8841' }],
      }),
    )
    expect(sent.body.messages).toEqual([{ id: expect.any(String), message_status: 'accepted' }])
    await until(() =>
      expect(arrived(rig.receiver, 'statuses').map((status) => status.status)).toEqual(['sent', 'delivered']),
    )
    expect(arrived(rig.receiver, 'statuses')[0]?.pricing).toMatchObject({ type: 'regular', category: 'utility' })
    const [shown] = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))
    expect(shown).toMatchObject({
      kind: 'template',
      text: 'Hello Anna, we are waiting for you on 12 May at 10:30. Will you come?',
      template: { name: 'appointment_reminder', language: 'en_US' },
      buttons: [
        { kind: 'quick_reply', text: 'Confirm', value: 'confirm:8841' },
        { kind: 'quick_reply', text: 'Reschedule', value: 'Reschedule' },
      ],
    })
    await rig.write({ button: { payload: 'confirm:8841', text: 'Confirm' }, replyTo: wamidOf(sent) })
    await until(() =>
      expect(arrived(rig.receiver, 'messages')[0]).toMatchObject({
        type: 'button',
        button: { payload: 'confirm:8841', text: 'Confirm' },
        context: { from: '15550783881', id: wamidOf(sent) },
      }),
    )
  })

  test.each([
    ['sent', ['sent', 'delivered']],
    ['failed', ['failed']],
  ])('holds messages while their template is judged, then: %s', async (outcome, statuses) => {
    const rig = await startRig()
    await rig.call('POST', '/faults', { kind: 'held_for_quality_assessment', outcome, times: 1 })
    const sent = await rig.send(template('order_confirmation', 'en_US', body('Anna', 'A-1')))
    expect(sent.body.messages).toEqual([{ id: expect.any(String), message_status: 'held_for_quality_assessment' }])
    await until(() => expect(arrived(rig.receiver, 'statuses').map((status) => status.status)).toEqual(statuses))
  })

  test('shows a template for codes in its own words, with a link for a button', async () => {
    const rig = await startRig()
    const made = await rig.graph('POST', `/${WABA}/message_templates`, {
      name: 'code',
      language: 'en_US',
      category: 'AUTHENTICATION',
      components: [
        { type: 'BODY', add_security_recommendation: true },
        { type: 'FOOTER', code_expiration_minutes: 10 },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }] },
      ],
    })
    await rig.call('POST', `/templates/${made.body.id}/status`, { status: 'APPROVED' })
    const button = { type: 'button', sub_type: 'url', index: '0', parameters: text('123456') }
    const sent = await rig.send(template('code', 'en_US', body('123456'), button))
    expect(sent.status).toBe(200)
    const [shown] = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))
    expect(shown).toMatchObject({
      text: expect.stringMatching(/^\*123456\* is your verification code\. .*\nThis code expires in 10 minutes\.$/),
      buttons: [{ kind: 'url', value: expect.stringMatching(/code=otp123456$/) }],
    })
  })

  test('named parameters, a link with a variable and a place', async () => {
    const rig = await startRig()
    const named = {
      type: 'body',
      parameters: [
        { type: 'text', parameter_name: 'quote_no', text: 'Q-77' },
        { type: 'text', parameter_name: 'first_name', text: 'Anna' },
      ],
    }
    const link = { type: 'button', sub_type: 'url', index: 1, parameters: text('77?t=$&') }
    await rig.send(template('quote_link', 'en_US', named, link))
    const place = {
      type: 'header',
      parameters: [{ type: 'location', location: { latitude: '1', longitude: '2', name: 'Office' } }],
    }
    await rig.send(template('address', 'en_US', place, body('Anna')))
    const shown = items(await rig.call('GET', `/phone/messages?from=${CLIENT_ID}`))
    expect(shown[0]).toMatchObject({ text: 'Hello Anna, our quote Q-77 is waiting for your answer.' })
    expect(listIn(shown[0], 'buttons')[1]).toMatchObject({ kind: 'url', value: 'https://example.com/q/77?t=$&' })
    expect(shown[1]).toMatchObject({ text: 'Office\nHere is how to find us, Anna.' })
  })

  test.each<[string, Json, number, number]>([
    ['an unknown name', template('nothing', 'en_US'), 404, 132001],
    ['a language that it has not', template('order_confirmation', 'ru_RU', body('A', 'B')), 404, 132001],
    ['too few parameters', template('order_confirmation', 'ru', body('A')), 400, 132000],
    ['too many parameters', template('order_confirmation', 'ru', body('A', 'B', 'C')), 400, 132000],
    ['no components', template('order_confirmation', 'ru'), 400, 132000],
    ['a line break', template('order_confirmation', 'ru', body('A\nB', 'C')), 400, 132018],
    ['5 spaces', template('order_confirmation', 'ru', body('A     B', 'C')), 400, 132018],
    ['too long', template('order_confirmation', 'ru', body('A'.repeat(1024), 'B')), 400, 132005],
    ['positional for named', template('quote_link', 'en_US', body('A', 'B')), 400, 132012],
    [
      'a picture in a text',
      template('welcome', 'ru', { type: 'body', parameters: [{ type: 'image', image: { id: '1' } }] }),
      400,
      132012,
    ],
    ['no header', template('address', 'en_US', body('A')), 400, 132012],
    ['another header', template('address', 'en_US', { type: 'header', parameters: text('A') }, body('A')), 400, 132012],
    [
      'a button that is not there',
      template('welcome', 'ru', body('A'), { type: 'button', sub_type: 'quick_reply', index: 0 }),
      400,
      132012,
    ],
  ])('is refused with %s', async (_, request, status, code) => {
    const rig = await startRig()
    const answer = await rig.send(request)
    expect([answer.status, errorOf(answer).code]).toEqual([status, code])
  })

  test('a link button needs its variable', async () => {
    const rig = await startRig()
    const named = {
      type: 'body',
      parameters: [
        { type: 'text', parameter_name: 'quote_no', text: 'Q' },
        { type: 'text', parameter_name: 'first_name', text: 'A' },
      ],
    }
    expect(errorOf(await rig.send(template('quote_link', 'en_US', named)))).toMatchObject({ code: 131008 })
  })
})

describe('managing', () => {
  test('a new template is pending, then approved by webhook, then sendable', async () => {
    const rig = await startRig()
    await rig.call('POST', '/settings', { reviewMs: 3_600_000 })
    const created = await rig.graph('POST', `/${WABA}/message_templates`, definition('greeting'))
    expect(created.body).toEqual({ id: expect.stringMatching(/^\d{16}$/), status: 'PENDING', category: 'UTILITY' })
    expect(errorOf(await rig.send(template('greeting', 'en_US', body('A'))))).toMatchObject({ code: 132001 })
    await rig.call('POST', `/templates/${created.body.id}/status`, { status: 'APPROVED' })
    await until(() =>
      expect(values(rig.receiver)).toEqual([
        {
          event: 'APPROVED',
          message_template_id: Number(created.body.id),
          message_template_name: 'greeting',
          message_template_language: 'en-US',
          reason: 'NONE',
          message_template_category: 'UTILITY',
          $field: 'message_template_status_update',
          $entry: WABA,
        },
      ]),
    )
    expect((await rig.send(template('greeting', 'en_US', body('A')))).status).toBe(200)
    for (const [status, code] of [
      ['PAUSED', 132015],
      ['DISABLED', 132016],
    ] as const) {
      await rig.call('POST', `/templates/${created.body.id}/status`, { status })
      expect(errorOf(await rig.send(template('greeting', 'en_US', body('A'))))).toMatchObject({ code })
    }
  })

  test('a name that asks for it is rejected; an edit is reviewed again', async () => {
    const rig = await startRig()
    const { id } = (await rig.graph('POST', `/${WABA}/message_templates`, definition('please_reject'))).body
    await until(() =>
      expect(values(rig.receiver)[0]).toMatchObject({
        event: 'REJECTED',
        rejection_info: { reason: expect.any(String) },
      }),
    )
    expect((await rig.graph('GET', `/${id}?fields=status,rejected_reason`)).body).toEqual({
      id,
      status: 'REJECTED',
      rejected_reason: 'INVALID_FORMAT',
    })
    const other = (await rig.graph('POST', `/${WABA}/message_templates`, definition('fine'))).body.id
    await until(() => expect(values(rig.receiver)[1]).toMatchObject({ event: 'APPROVED' }))
    const components = [{ type: 'body', text: 'Hi there' }]
    expect((await rig.graph('POST', `/${other}`, { components })).body).toEqual({ success: true })
    await until(() => expect(values(rig.receiver)[2]).toMatchObject({ event: 'APPROVED' }))
    expect(errorOf(await rig.graph('POST', `/${other}`, { category: 'MARKETING' }))).toMatchObject({ code: 100 })
    expect((await rig.send(template('fine', 'en_US'))).status).toBe(200)
  })

  test('the list has pages, filters and fields', async () => {
    const rig = await startRig()
    const list = (query: string) => rig.graph('GET', `/${WABA}/message_templates?${query}`)
    const names: unknown[] = []
    let next = `${rig.url}/graph/v24.0/${WABA}/message_templates?limit=3&fields=name,language`
    let pages = 0
    while (next) {
      const answer = await fetch(next, { headers: { authorization: 'Bearer EAAtesttoken' } })
      const { data, paging } = (await answer.json()) as { data: Json[]; paging: { next?: string } }
      expect(data.every((one) => Object.keys(one).sort().join() === 'id,language,name')).toBe(true)
      names.push(...data.map((one) => `${one.name}/${one.language}`))
      next = paging.next ?? ''
      pages += 1
    }
    expect(pages).toBe(Math.ceil(names.length / 3))
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(['order_confirmation/en_US', 'order_confirmation/ru', 'welcome/ru']))
    expect((await list('name=welcome&language=ru')).body.data).toHaveLength(1)
    expect((await list('status=REJECTED')).body).toEqual({ data: [] })
    expect(errorOf(await list('after=bad'))).toMatchObject({ code: 131059 })
    expect(errorOf(await list('fields=colour'))).toMatchObject({ code: 100 })
  })

  test('deleting takes all languages, or one', async () => {
    const rig = await startRig()
    const find = async (name: string) =>
      (await rig.graph('GET', `/${WABA}/message_templates?name=${name}`)).body.data as Json[]
    const [first] = await find('order_confirmation')
    await rig.graph('DELETE', `/${WABA}/message_templates?name=order_confirmation&hsm_id=${first?.id}`)
    expect(await find('order_confirmation')).toHaveLength(1)
    await until(() => expect(values(rig.receiver)[0]).toMatchObject({ event: 'PENDING_DELETION', reason: null }))
    await rig.graph('DELETE', `/${WABA}/message_templates?name=appointment_reminder`)
    expect(await find('appointment_reminder')).toEqual([])
    expect(errorOf(await rig.graph('DELETE', `/${WABA}/message_templates?name=nothing`))).toMatchObject({ code: 100 })
  })

  test.each<[string, Json, number]>([
    ['a name with capitals', definition('Bad'), 100],
    ['an unknown category', definition('x', { category: 'SPAM' }), 100],
    ['no body', definition('x', { components: [{ type: 'FOOTER', text: 'x' }] }), 100],
    [
      'a variable at the edge',
      definition('x', { components: [{ type: 'BODY', text: '{{1}} hi', example: {} }] }),
      2388299,
    ],
    [
      'touching variables',
      definition('x', { components: [{ type: 'BODY', text: 'a {{1}}{{2}} b', example: {} }] }),
      2388299,
    ],
    ['a long body', definition('x', { components: [{ type: 'BODY', text: 'x'.repeat(1025) }] }), 2388040],
    ['the same again', definition('welcome'), 100],
    [
      'three links',
      definition('x', {
        components: [
          { type: 'BODY', text: 'x' },
          { type: 'BUTTONS', buttons: Array(3).fill({ type: 'URL', text: 'a', url: 'https://a.test' }) },
        ],
      }),
      100,
    ],
  ])('creation is refused with %s', async (_, request, code) => {
    const rig = await startRig()
    expect(errorOf(await rig.graph('POST', `/${WABA}/message_templates`, request))).toMatchObject({ code })
  })
})
