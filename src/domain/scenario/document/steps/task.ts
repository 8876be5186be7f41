import { z } from 'zod'
import { spoken } from '../../spoken.ts'
import { FORM_WORDS as form } from '../form-words.ts'
import { keyedUnion } from '../keyed-union.ts'
import { FieldName, PlainName, StatusKey } from '../names.ts'
import { STEP } from '../triggers.ts'
import { Text, textUpTo, Value } from '../values.ts'
import { freeMessage } from './send.ts'

/** A person, everybody of a group, or one of a group by a rule. */
export type Assignee = { employee: string } | { group: string } | { rule: 'round_robin' | 'least_busy'; group: string }

const Employee = Text.describe('An employee by id or e-mail')

const ByRule = z.strictObject({ rule: z.enum(['round_robin', 'least_busy']), group: PlainName })
const ByGroup = z.strictObject({ group: PlainName })
const ByEmployee = z.strictObject({ employee: Employee })

export const Assignee = keyedUnion<Assignee>('An assignee', { rule: ByRule, employee: ByEmployee, group: ByGroup })

export const OpenTaskStep = z.strictObject({
  ...STEP,
  openTask: z.strictObject({
    template: PlainName.exactOptional().describe('A task template by name; absent: the channel’s'),
    title: textUpTo(200).exactOptional(),
    ifActive: z.enum(['use', 'open']).default('use').describe('Where the conversation has an active task already'),
  }),
})
export type OpenTaskStep = z.output<typeof OpenTaskStep>

export const SetStatusStep = z.strictObject({ ...STEP, setStatus: StatusKey })
export type SetStatusStep = z.output<typeof SetStatusStep>

export const SetFieldStep = z.strictObject({ ...STEP, setField: z.strictObject({ field: FieldName, value: Value }) })
export type SetFieldStep = z.output<typeof SetFieldStep>

const assign = { mode: z.enum(['replace', 'add']).default('replace') }
export type AssignStep = { id: string; name?: string; assign: Assignee & { mode: 'replace' | 'add' } }
export const AssignStep: z.ZodType<AssignStep> = z.strictObject({
  ...STEP,
  assign: keyedUnion<AssignStep['assign']>('An assignee', {
    rule: ByRule.extend(assign),
    employee: ByEmployee.extend(assign),
    group: ByGroup.extend(assign),
  }),
})

export const AddParticipantsStep = z.strictObject({
  ...STEP,
  addParticipants: z
    .strictObject({
      employees: z.array(Employee).min(1).max(50).exactOptional(),
      groups: z.array(PlainName).min(1).max(50).exactOptional(),
    })
    .refine(({ employees, groups }) => employees || groups, spoken(form.addressees())),
})
export type AddParticipantsStep = z.output<typeof AddParticipantsStep>

/** Whom a comment reaches: `contact` alone sends it to the client (P6). */
export type Notified = 'contact' | 'assignee' | 'participants' | { employee: string } | { group: string }
const Notified: z.ZodType<Notified> = z.union([
  z.enum(['contact', 'assignee', 'participants']),
  keyedUnion<{ employee: string } | { group: string }>('Somebody to notify', { employee: ByEmployee, group: ByGroup }),
])

export const CommentStep = z.strictObject({
  ...STEP,
  comment: z.strictObject({
    text: textUpTo(4_096),
    notify: z.array(Notified).max(20).default([]).describe('Nobody: the comment is internal'),
    ...freeMessage,
  }),
})
export type CommentStep = z.output<typeof CommentStep>

export const CloseStep = z.strictObject({
  ...STEP,
  close: z.union([z.literal(true), z.strictObject({ status: StatusKey })]),
})
export type CloseStep = z.output<typeof CloseStep>

export type TaskStep =
  | OpenTaskStep
  | SetStatusStep
  | SetFieldStep
  | AssignStep
  | AddParticipantsStep
  | CommentStep
  | CloseStep
