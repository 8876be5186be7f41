import { z } from 'zod'
import { spoken } from '../../spoken.ts'
import { clockDuration } from '../durations.ts'
import { FORM_WORDS as form } from '../form-words.ts'
import { PlainName } from '../names.ts'
import { STEP } from '../triggers.ts'
import { Text, textUpTo } from '../values.ts'

/** A text, a media file of this installation or on the web, or a place (reference §5.3). */
const HeaderParameter = z.union([
  Text,
  z.strictObject({ attachmentId: Text }),
  z.strictObject({ link: Text, fileName: Text.exactOptional() }),
  z.strictObject({ latitude: z.number(), longitude: z.number(), name: Text, address: Text }),
])

/** A template and its parameters, computed before the send; `auto` is the contact's language. */
export const TemplateSend = z.strictObject({
  name: PlainName,
  language: z
    .string()
    .regex(/^(auto|[a-z]{2,3}(_[A-Za-z]{2,4})?)$/, spoken(form.templateLanguage()))
    .default('auto'),
  header: z.array(HeaderParameter).max(1).exactOptional(),
  body: z.union([z.array(Text).max(100), z.record(z.string().min(1).max(100), Text)]).exactOptional(),
  buttons: z
    .array(z.union([Text, z.strictObject({ index: z.number().int().min(0).max(9), value: Text })]))
    .max(10)
    .exactOptional(),
})
export type TemplateSend = z.output<typeof TemplateSend>

/** What becomes of a free message while the reply window is closed: wait for the client, leave it out, fail, or this. */
export const IfWindowClosed = z.union([z.enum(['park', 'skip', 'fail']), z.strictObject({ template: TemplateSend })])
export type IfWindowClosed = z.output<typeof IfWindowClosed>

const how = {
  delivery: z
    .enum(['at_most_once', 'at_least_once'])
    .default('at_most_once')
    .describe('When nobody can say whether it was sent: ask a person, or send again'),
  hold: clockDuration('1h').exactOptional().describe('An employee can undo it for so long'),
}
/** Keys of every free message. */
export const freeMessage = {
  ifWindowClosed: IfWindowClosed.exactOptional().describe('Needed where the reply window may be closed'),
  ...how,
}

export const SendTextStep = z.strictObject({
  ...STEP,
  sendText: z.strictObject({ text: textUpTo(4_096), ...freeMessage }),
})
export type SendTextStep = z.output<typeof SendTextStep>

export const SendTemplateStep = z.strictObject({ ...STEP, sendTemplate: TemplateSend.extend(how) })
export type SendTemplateStep = z.output<typeof SendTemplateStep>

const ReplyButton = z.strictObject({ id: textUpTo(256), title: textUpTo(20) })
const ListRow = z.strictObject({ id: textUpTo(200), title: textUpTo(24), description: textUpTo(72).exactOptional() })
/** A tap has to say which one it was. */
const differ = (key: 'id' | 'title', choices: readonly { id: string; title: string }[]): boolean =>
  new Set(choices.map((choice) => choice[key])).size === choices.length

const List = z
  .strictObject({
    button: textUpTo(20),
    sections: z
      .array(z.strictObject({ title: textUpTo(24).exactOptional(), rows: z.array(ListRow).min(1) }))
      .min(1)
      .max(10),
  })
  .refine(({ sections }) => sections.flatMap(({ rows }) => rows).length <= 10, spoken(form.tenRows()))
  .refine(
    ({ sections }) =>
      differ(
        'id',
        sections.flatMap(({ rows }) => rows),
      ),
    spoken(form.rowIds()),
  )
  .refine(({ sections }) => sections.length === 1 || sections.every(({ title }) => title), spoken(form.sectionTitles()))

/** Buttons, a list or a link: one of them. The widest limits of all messengers; each channel has its own (check-interactive.ts). */
export const SendInteractiveStep = z.strictObject({
  ...STEP,
  sendInteractive: z
    .strictObject({
      text: textUpTo(1_024),
      header: textUpTo(60).exactOptional(),
      footer: textUpTo(60).exactOptional(),
      buttons: z
        .array(ReplyButton)
        .min(1)
        .max(13)
        .refine((buttons) => differ('id', buttons), spoken(form.buttonIds()))
        .refine((buttons) => differ('title', buttons), spoken(form.buttonTitles()))
        .exactOptional(),
      list: List.exactOptional(),
      link: z.strictObject({ title: textUpTo(20), url: textUpTo(2_000) }).exactOptional(),
      ...freeMessage,
    })
    .refine(
      ({ buttons, list, link }) => [buttons, list, link].filter((one) => one !== undefined).length === 1,
      spoken(form.choices()),
    ),
})
export type SendInteractiveStep = z.output<typeof SendInteractiveStep>

export const SendFileStep = z.strictObject({
  ...STEP,
  sendFile: z.strictObject({
    attachmentId: Text.describe('A file of this installation'),
    caption: textUpTo(1_024).exactOptional(),
    ...freeMessage,
  }),
})
export type SendFileStep = z.output<typeof SendFileStep>

export const SendQuickReplyStep = z.strictObject({
  ...STEP,
  sendQuickReply: z.strictObject({ quickReply: PlainName.describe('The shortcut of a shared one'), ...freeMessage }),
})
export type SendQuickReplyStep = z.output<typeof SendQuickReplyStep>

export type SendStep = SendTextStep | SendTemplateStep | SendInteractiveStep | SendFileStep | SendQuickReplyStep
