import { describe, expect, it } from 'vitest'
import { readColumns, recipientsOf } from '../../../src/domain/campaign/csv-columns.ts'
import { templateFields } from '../../../src/domain/template/template-fields.ts'
import { readCsv } from '../../../src/http/campaign-csv.ts'
import { columnsOf, emptyForm, readForm, tableOf } from '../../../web/src/mailings/campaign-form.ts'
import { canonical } from '../../../web/src/mailings/canonical.ts'
import {
  columnsByHeading,
  unusedHeadings,
  valuesOfRow,
  withChosenHeadings,
} from '../../../web/src/mailings/csv-columns.ts'
import { readCsvTable } from '../../../web/src/mailings/csv-table.ts'
import { rateOf, shareOf, spanOf } from '../../../web/src/mailings/estimate.ts'
import { formOfOrder } from '../../../web/src/mailings/form-of-order.ts'
import { momentInZone } from '../../../web/src/mailings/moment-in-zone.ts'
import type { Template, TemplateComponent } from '../../../web/src/templates/api.ts'
import { domainTemplate } from '../../../web/src/templates/domain-template.ts'
import { emptyValues } from '../../../web/src/templates/template-values.ts'

function template(components: TemplateComponent[], more: Partial<Template> = {}): Template {
  const bare = {
    id: 't',
    channelId: 'c',
    name: 'news',
    language: 'en',
    category: 'marketing',
    status: 'approved',
    quality: null,
    parameterFormat: 'positional' as const,
    components,
    reason: null,
    syncedAt: '',
    ...more,
  }
  return { ...bare, parameters: templateFields(domainTemplate(bare)) }
}
const GREETING = template([{ type: 'BODY', text: 'Hello {{1}}, see {{2}} now' }])
const NAMED = template([{ type: 'BODY', text: 'Hello {{name}} of {{to}} now' }], { parameterFormat: 'named' })
const BUTTONS = template([
  { type: 'HEADER', format: 'TEXT', text: 'For {{1}}' },
  { type: 'BODY', text: 'Look' },
  {
    type: 'BUTTONS',
    buttons: [
      { type: 'URL', text: 'Open', url: 'https://shop.example/{{1}}' },
      { type: 'COPY_CODE', text: 'Copy', example: 'A' },
    ],
  },
])

describe('a list in the browser', () => {
  it.each([
    ['to,name\n+1,Anna\n'],
    ['to;name\r\n+1;Anna'],
    ['to\tname\n+1\tAnna\n\n2\t'],
    ['\ufeff"to","na""me"\n"+1","An,\nna"\r\n\r\n , \n3,"x\r\ny"\n4,z'],
    ['to\r1\r2'],
  ])('is read as the server reads it (%#)', async (text) => {
    const { header, rows } = readCsvTable(text)
    expect({ header, rows }).toEqual(await readCsv(text))
  })

  it('says where a quotation mark is never closed', () => {
    expect(readCsvTable('to,name\n1,"a\n2,b').openQuote).toBe(2)
    expect(readCsvTable('to,name\n1,"a"\n').openQuote).toBe(null)
  })

  it.each([
    ['phone;name;1;town', GREETING, { to: 0, name: 1, fields: { 'body.0': 2 } }, ['town']],
    ['Телефон,Имя', GREETING, { to: 0, name: 1, fields: {} }, []],
    ['number,name', null, { to: 0, name: 1, fields: {} }, []],
    ['whom,name', GREETING, { to: null, name: null, fields: {} }, ['whom', 'name']],
    ['phone,name,to', NAMED, { to: 0, name: 1, fields: { 'body.0': 1, 'body.1': 2 } }, []],
    ['to,header,button0', BUTTONS, { to: 0, name: null, fields: { header: 1, 'button.0': 2 } }, []],
  ])('knows columns by their headings: %s', (head, one, columns, unused) => {
    const table = readCsvTable(`${head}\n`)
    expect(columnsByHeading(table.header, one)).toEqual(columns)
    expect(unusedHeadings(table, columns)).toEqual(unused)
  })

  /** What the server takes out of the list that the page sends. */
  async function asServerReads(one: Template, text: string) {
    const table = await readCsv(text)
    const read = readColumns(table.header, domainTemplate(one))
    if (!read.ok) throw new Error(read.message)
    return {
      recipients: recipientsOf(table, read.columns, domainTemplate(one), undefined),
      ignored: read.columns.ignored,
    }
  }

  it('is sent with headings that say what a person chose, line for line', async () => {
    const text = 'whom;who;where;1\n\n+1 555;"An;na\nB";Rome;x\n+2;Boris;Oslo;y'
    const choice = { to: 0, name: 1, fields: { 'body.0': 1, 'body.1': 2 } }
    const sent = withChosenHeadings(readCsvTable(text), choice, GREETING, emptyValues(GREETING))
    expect(await asServerReads(GREETING, sent)).toEqual({
      recipients: [
        { row: 3, to: '+1 555', name: 'An;na B', parameters: { body: ['An;na\nB', 'Rome'] }, problem: null },
        { row: 5, to: '+2', name: 'Boris', parameters: { body: ['Boris', 'Oslo'] }, problem: null },
      ],
      // The heading "1" would have been the first value.
      ignored: [],
    })
  })

  it('keeps columns of no use, values too many, and finds a heading for the number that no value has', async () => {
    const text = 'number,who,town\n1,Ada,Rome,extra'
    const sent = withChosenHeadings(
      readCsvTable(text),
      { to: 0, name: 1, fields: { 'body.0': 1, 'body.1': 2 } },
      NAMED,
      emptyValues(NAMED),
    )
    const { recipients } = await asServerReads(NAMED, sent)
    expect(recipients).toMatchObject([
      { row: 2, to: '1', parameters: { body: { name: 'Ada', to: 'Rome' } }, problem: { why: 'surplus', columns: 3 } },
    ])
    const kept = withChosenHeadings(
      readCsvTable('to,town\n1,Rome'),
      { to: 0, name: null, fields: {} },
      GREETING,
      emptyValues(GREETING),
    )
    expect((await asServerReads(GREETING, kept)).ignored).toEqual(['town'])
  })

  it('gives every line the buttons that are the same for all, where another one is its own', async () => {
    const values = { ...emptyValues(BUTTONS), buttons: { 1: 'SAVE' } }
    const choice = { to: 0, name: null, fields: { 'button.0': 1 } }
    const sent = withChosenHeadings(readCsvTable('to,end\n1,abc'), choice, BUTTONS, values)
    expect((await asServerReads(BUTTONS, sent)).recipients[0]?.parameters?.buttons).toEqual([
      { index: 0, value: 'abc' },
      { index: 1, value: 'SAVE' },
    ])
  })

  it('shows the message as for the first line', () => {
    const choice = { to: 0, name: null, fields: { header: 1, 'button.0': 2 } }
    expect(valuesOfRow(emptyValues(BUTTONS), choice, ['1', ' Ada ', 'x'])).toMatchObject({
      header: 'Ada',
      buttons: { 0: 'x' },
    })
  })
})

describe('the form of a campaign', () => {
  const form = {
    ...emptyForm('c', 'Europe/Berlin'),
    name: ' Sale ',
    template: { name: 'news', language: 'en' },
    csv: 'phone,who\n+1,Ada',
  }
  const read = (changes: Partial<typeof form>, one: Template | null = GREETING) => {
    const changed = { ...form, ...changes }
    return readForm(changed, one, tableOf(changed))
  }
  const mapped = { columns: { fields: { 'body.0': 1 } }, values: { ...emptyValues(GREETING), body: ['', 'us'] } }

  it('names what is missing', () => {
    expect(read({ name: ' ', csv: '' }, null)).toMatchObject({ missing: ['name', 'people', 'template'], order: null })
    expect(read({ csv: 'x,y\n1,2' })).toMatchObject({ missing: ['numberColumn'], order: null })
    expect(read({})).toMatchObject({ missing: [], openFields: ['body.0', 'body.1'], order: null })
    expect(read({ source: 'contacts' }).missing).toEqual(['people'])
  })

  it.each([
    [mapped, { csv: 'to,1\n+1,Ada', template: { name: 'news', language: 'en', parameters: { body: ['', 'us'] } } }],
    [
      {
        ...mapped,
        source: 'numbers' as const,
        numbers: '+49 1; Ada\n+49 2',
        columns: {},
        values: { ...emptyValues(GREETING), body: ['you', 'us'] },
      },
      { csv: 'to,name\n+49 1," Ada"\n+49 2,' },
    ],
    [
      {
        ...mapped,
        source: 'contacts' as const,
        filter: { tags: 'vip, ,vip', tagMatch: 'all' as const, q: ' an ', everybody: false },
        columns: {},
        values: { ...emptyValues(GREETING), body: ['you', 'us'] },
      },
      { filter: { tags: ['vip'], tagMatch: 'all', q: 'an' } },
    ],
    [
      { ...mapped, when: 'later' as const, at: '2030-01-02T09:00', requireConsent: true },
      { scheduleAt: '2030-01-02T09:00', timeZone: 'Europe/Berlin', requireConsent: true, name: 'Sale', channelId: 'c' },
    ],
  ])('is an order (%#)', (changes, order) => {
    expect(read(changes as Partial<typeof form>).order).toMatchObject(order)
  })

  it('comes back from the order of a draft as the same order', () => {
    for (const changes of [mapped, { ...mapped, when: 'later' as const, at: '2030-01-02T09:00' }]) {
      const { order } = read(changes as Partial<typeof form>)
      if (!order) throw new Error('nothing to order')
      const stored = JSON.parse(JSON.stringify({ draft: true, requireConsent: false, ...order }))
      const again = formOfOrder(stored, GREETING, 'UTC')
      if (!again) throw new Error('the form cannot show it')
      const { order: second } = readForm(again, GREETING, tableOf(again))
      expect(second && canonical(second)).toBe(canonical(stored))
    }
  })

  it('leaves alone what it cannot show', () => {
    const order = { channelId: 'c', name: 'x', template: { name: 'news', language: 'en' } }
    const own = [{ to: '1', parameters: { body: ['a', 'b'] } }]
    expect(formOfOrder({ ...order, recipients: own }, GREETING, 'UTC')).toBe(null)
    expect(formOfOrder({ ...order, filter: { fields: { a: 1 } } }, GREETING, 'UTC')).toBe(null)
    expect(formOfOrder({ ...order, recipients: [{ to: '1' }] }, GREETING, 'UTC')?.numbers).toBe('1')
  })

  it('takes a column of a person over a heading, and drops one that is not there', () => {
    const table = readCsvTable('phone,name,1\n')
    expect(columnsOf(table, { name: null, fields: { 'body.0': 0, 'body.1': 7 } }, GREETING)).toEqual({
      to: 0,
      name: null,
      fields: { 'body.0': 0 },
    })
  })
})

describe('estimates', () => {
  it.each([
    [0.2, 'seconds', 1],
    [59, 'seconds', 59],
    [61, 'minutes', 2],
    [5399, 'minutes', 90],
    [5400, 'hours', 2],
    [172_800, 'days', 2],
  ])('%d seconds are %s %d', (seconds, unit, count) => {
    expect(spanOf(seconds)).toEqual({ unit, count })
  })

  it.each([
    [undefined, 80],
    [{ pacing: null, coexistence: false }, 80],
    [{ pacing: null, coexistence: true }, 20],
    [{ pacing: { perSecond: 5 }, coexistence: true }, 5],
  ])('%o sends so many a second', (channel, rate) => {
    expect(rateOf(channel)).toBe(rate)
  })

  it.each([
    [0, 10, 0],
    [1, 1000, 1],
    [999, 1000, 99],
    [1000, 1000, 100],
    [0, 0, 0],
  ])('%d of %d is a bar of %d', (count, whole, share) => {
    expect(shareOf(count, whole)).toBe(share)
  })

  it('takes a time by the clock of its zone', () => {
    expect(momentInZone('2030-01-02T09:00', 'Europe/Berlin')?.toISOString()).toBe('2030-01-02T08:00:00.000Z')
    expect(momentInZone('', 'Europe/Berlin')).toBe(null)
  })
})
