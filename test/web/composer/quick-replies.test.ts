import { describe, expect, it } from 'vitest'
import { type QuickReply, rankQuickReplies } from '../../../web/src/composer/quick-reply-search.ts'

const reply = (title: string, change: Partial<QuickReply> = {}): QuickReply => ({
  id: title,
  title,
  shortcut: null,
  folder: null,
  text: '',
  attachments: [],
  shared: true,
  ...change,
})

const ALL = [
  reply('Opening hours', { shortcut: 'hours', folder: 'General', text: 'We are open from 9 to 18.' }),
  reply('Delivery time', { shortcut: 'del', folder: 'Orders', text: 'It takes two days.' }),
  reply('Late delivery', { folder: 'Orders', text: 'We are sorry.' }),
  reply('Delays', { shortcut: 'delays', folder: 'Orders' }),
  reply('Часы работы', { shortcut: 'часы', text: 'Мы открыты.' }),
]

describe('quick replies', () => {
  it.each<[string, string | null, string[]]>([
    ['', null, ALL.map(({ title }) => title)],
    ['', 'Orders', ['Delivery time', 'Late delivery', 'Delays']],
    ['del', null, ['Delivery time', 'Delays', 'Late delivery']],
    ['DELIVERY', null, ['Delivery time', 'Late delivery']],
    ['open', null, ['Opening hours']],
    ['two days', null, ['Delivery time']],
    ['18 open', null, ['Opening hours']],
    ['del', 'General', []],
    ['час', null, ['Часы работы']],
    ['nothing like it', null, []],
  ])('%j in folder %s', (query, folder, expected) => {
    expect(rankQuickReplies(ALL, query, folder).map(({ title }) => title)).toEqual(expected)
  })
})
