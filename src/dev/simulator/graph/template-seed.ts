import { createHash } from 'node:crypto'
import type { Simulation } from '../simulation.ts'
import type { Entry, StoredTemplate } from '../world/entries.ts'

type Seed = Pick<StoredTemplate, 'name' | 'language' | 'category' | 'components'> & { named?: boolean }

const body = (text: string, ...example: string[]) => ({
  type: 'BODY',
  text,
  ...(example.length > 0 ? { example: { body_text: [example] } } : {}),
})
const quickReplies = (...texts: string[]) => ({
  type: 'BUTTONS',
  buttons: texts.map((text) => ({ type: 'QUICK_REPLY', text })),
})

/** Approved templates that every new business account has, so that a first message can be written (M15). */
const SEEDS: Seed[] = [
  {
    name: 'hello_world',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      body('Welcome and congratulations!! This message demonstrates your ability to send a message.'),
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ],
  },
  {
    name: 'order_confirmation',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      body('Hello {{1}}, your order {{2}} is confirmed. Thank you!', 'Anna', 'A-1042'),
      { type: 'FOOTER', text: 'Reply to this message with any question' },
    ],
  },
  {
    name: 'order_confirmation',
    language: 'ru',
    category: 'UTILITY',
    components: [
      body('Здравствуйте, {{1}}! Ваш заказ {{2}} подтверждён. Спасибо!', 'Анна', 'A-1042'),
      { type: 'FOOTER', text: 'Ответьте на сообщение, если есть вопросы' },
    ],
  },
  {
    name: 'appointment_reminder',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      body('Hello {{1}}, we are waiting for you on {{2}} at {{3}}. Will you come?', 'Anna', '12 May', '10:30'),
      quickReplies('Confirm', 'Reschedule'),
    ],
  },
  {
    name: 'appointment_reminder',
    language: 'ru',
    category: 'UTILITY',
    components: [
      body('Здравствуйте, {{1}}! Ждём вас {{2}} в {{3}}. Вы придёте?', 'Анна', '12 мая', '10:30'),
      quickReplies('Приду', 'Перенести'),
    ],
  },
  {
    name: 'quote_reminder',
    language: 'en_US',
    category: 'UTILITY',
    components: [body('Hello {{1}}, our quote of {{2}} is waiting for your answer.', 'Anna', '90 €')],
  },
  {
    name: 'quote_reminder',
    language: 'ru',
    category: 'UTILITY',
    components: [body('Здравствуйте, {{1}}! Наше предложение на {{2}} ждёт вашего ответа.', 'Анна', '90 €')],
  },
  {
    name: 'follow_up',
    language: 'en_US',
    category: 'UTILITY',
    components: [body('Hello {{1}}, do you still need our help?', 'Anna')],
  },
  {
    name: 'follow_up',
    language: 'ru',
    category: 'UTILITY',
    components: [body('Здравствуйте, {{1}}! Вам ещё нужна наша помощь?', 'Анна')],
  },
  {
    name: 'quote_link',
    language: 'en_US',
    category: 'UTILITY',
    named: true,
    components: [
      {
        type: 'BODY',
        text: 'Hello {{first_name}}, our quote {{quote_no}} is waiting for your answer.',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Anna' },
            { param_name: 'quote_no', example: 'Q-77' },
          ],
        },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Call me' },
          {
            type: 'URL',
            text: 'Open the quote',
            url: 'https://example.com/q/{{1}}',
            example: ['https://example.com/q/77'],
          },
        ],
      },
    ],
  },
  {
    name: 'address',
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'HEADER', format: 'LOCATION' }, body('Here is how to find us, {{1}}.', 'Anna')],
  },
  {
    name: 'address',
    language: 'ru',
    category: 'UTILITY',
    components: [body('Наш адрес: {{1}}', 'Северная улица, 1')],
  },
  {
    name: 'invoice',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'DOCUMENT', example: { header_handle: ['4::aW'] } },
      body('Hello {{1}}, your invoice is attached.', 'Anna'),
    ],
  },
  {
    name: 'welcome',
    language: 'en_US',
    category: 'MARKETING',
    components: [
      body('Welcome, {{1}}! Here is what is new with us this week.', 'Anna'),
      { type: 'FOOTER', text: 'Reply STOP to opt out' },
    ],
  },
  {
    name: 'welcome',
    language: 'ru',
    category: 'MARKETING',
    components: [
      body('Добро пожаловать, {{1}}! Вот что у нас нового на этой неделе.', 'Анна'),
      { type: 'FOOTER', text: 'Ответьте СТОП, чтобы отписаться' },
    ],
  },
]

/** Gives a business account its ready templates when it is first seen. */
export function ensureTemplates(sim: Simulation, wabaId: string): void {
  if ([...sim.world.templates.values()].some((template) => template.wabaId === wabaId)) return
  sim.world.record(
    ...SEEDS.map(
      ({ named, ...seed }): Entry => ({
        t: 'template',
        template: {
          ...seed,
          id: seedId(wabaId, `${seed.name}|${seed.language}`),
          wabaId,
          parameterFormat: named ? 'NAMED' : 'POSITIONAL',
          status: 'APPROVED',
          rejectedReason: 'NONE',
          reviewAt: null,
          deleted: false,
        },
      }),
    ),
  )
}

/** Steady ids of 16 digits, below 2^53. */
function seedId(wabaId: string, name: string): string {
  const number = createHash('sha256').update(`${wabaId}|${name}`).digest().readUIntBE(0, 6)
  return `2${String(number).padStart(15, '0')}`
}
