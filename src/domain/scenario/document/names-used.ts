import { referencesOf } from '../expressions/references.ts'
import { awaitedIn } from './awaited-events.ts'
import { expressionsIn } from './expressions-in.ts'
import type { Path } from './problem.ts'
import type { ScenarioDocument } from './scenario-document.ts'
import type { TemplateSend } from './steps/send.ts'
import type { EventTrigger } from './triggers.ts'
import { steps } from './walk.ts'

type WebhookTrigger = Extract<EventTrigger, { event: 'webhook.received' }>

/** What a document names and does not hold: the store says before publishing whether it is there. */
export type NameUsed = { path: Path } & (
  | { kind: 'template'; name: string; template: TemplateSend }
  | {
      kind:
        | 'calendar'
        | 'endpoint'
        | 'group'
        | 'employee'
        | 'quick_reply'
        | 'task_template'
        | 'status'
        | 'scenario'
        | 'channel'
        | 'attachment'
        | 'webhook'
      name: string
    }
)

/** Every name in the order of the steps. What is computed (`{{ … }}`) is seen when the step runs, and is not here. */
export function namesUsed(document: ScenarioDocument): NameUsed[] {
  const used: NameUsed[] = []
  const add = (kind: Exclude<NameUsed['kind'], 'template'>, name: string | undefined, path: Path) => {
    if (name !== undefined && !/\{[{%]/.test(name)) used.push({ kind, name, path })
  }
  const addTemplate = (template: TemplateSend, path: Path) => {
    used.push({ kind: 'template', name: template.name, template, path: [...path, 'name'] })
    for (const [index, header] of (template.header ?? []).entries()) {
      if (typeof header !== 'object' || !('attachmentId' in header)) continue
      add('attachment', header.attachmentId, [...path, 'header', index, 'attachmentId'])
    }
  }
  const addPerson = (who: unknown, path: Path) => {
    const { employee, group } = (typeof who === 'object' ? who : {}) as { employee?: string; group?: string }
    add('employee', employee, [...path, 'employee'])
    add('group', group, [...path, 'group'])
  }

  const addWebhook = ({ name, about }: WebhookTrigger, path: Path) => {
    add('webhook', name, [...path, 'name'])
    if (about && 'channel' in about) add('channel', about.channel, [...path, 'about', 'channel'])
  }

  const { trigger } = document
  if ('event' in trigger) {
    if ('calendar' in trigger) add('calendar', trigger.calendar, ['trigger', 'calendar'])
    if ('scenario' in trigger) add('scenario', trigger.scenario, ['trigger', 'scenario'])
    if ('quickReply' in trigger) add('quick_reply', trigger.quickReply, ['trigger', 'quickReply'])
    if (trigger.event === 'webhook.received') addWebhook(trigger, ['trigger'])
  }
  for (const expression of expressionsIn(document)) {
    for (const field of 'field' in expression ? [expression.field] : referencesOf(expression)) {
      if (field.startsWith('calendar.')) add('calendar', field.split('.')[1], expression.path)
    }
  }
  for (const { step, path } of steps(document)) {
    for (const [key, value] of Object.entries(step) as [string, unknown][]) {
      const { ifWindowClosed } = (typeof value === 'object' && value ? value : {}) as { ifWindowClosed?: unknown }
      if (typeof ifWindowClosed === 'object' && ifWindowClosed !== null) {
        const { template } = ifWindowClosed as { template: TemplateSend }
        addTemplate(template, [...path, key, 'ifWindowClosed', 'template'])
      }
    }
    if ('sendTemplate' in step) addTemplate(step.sendTemplate, [...path, 'sendTemplate'])
    if ('sendFile' in step) add('attachment', step.sendFile.attachmentId, [...path, 'sendFile', 'attachmentId'])
    if ('sendQuickReply' in step)
      add('quick_reply', step.sendQuickReply.quickReply, [...path, 'sendQuickReply', 'quickReply'])
    if ('openTask' in step) add('task_template', step.openTask.template, [...path, 'openTask', 'template'])
    if ('setStatus' in step) add('status', step.setStatus, [...path, 'setStatus'])
    if ('close' in step && typeof step.close === 'object')
      add('status', step.close.status, [...path, 'close', 'status'])
    if ('assign' in step) addPerson(step.assign, [...path, 'assign'])
    if ('handoff' in step) addPerson(step.handoff.to, [...path, 'handoff', 'to'])
    if ('comment' in step) {
      for (const [index, who] of step.comment.notify.entries()) addPerson(who, [...path, 'comment', 'notify', index])
    }
    if ('addParticipants' in step) {
      const { employees = [], groups = [] } = step.addParticipants
      for (const [index, name] of employees.entries())
        add('employee', name, [...path, 'addParticipants', 'employees', index])
      for (const [index, name] of groups.entries()) add('group', name, [...path, 'addParticipants', 'groups', index])
    }
    for (const { event, path: inside } of awaitedIn(step)) {
      if (typeof event === 'object' && event.event === 'webhook.received') addWebhook(event, [...path, ...inside])
    }
    if ('wait' in step) add('calendar', step.wait.calendar, [...path, 'wait', 'calendar'])
    if ('waitAny' in step) add('calendar', step.waitAny.calendar, [...path, 'waitAny', 'calendar'])
    if ('call' in step) add('scenario', step.call.scenario, [...path, 'call', 'scenario'])
    if ('start' in step) add('scenario', step.start.scenario, [...path, 'start', 'scenario'])
    if ('cancel' in step) add('scenario', step.cancel.scenario, [...path, 'cancel', 'scenario'])
    if ('http' in step) add('endpoint', step.http.endpoint, [...path, 'http', 'endpoint'])
  }
  return used
}
