import type { Action } from '../document/step.ts'
import type { TemplateSend } from '../document/steps/send.ts'
import type { Assignee, Notified } from '../document/steps/task.ts'
import type { Condition } from '../expressions/conditions.ts'
import type { Json } from '../expressions/scope.ts'
import type { Chain } from './run.ts'

type JsonMap = { readonly [name: string]: Json }

/** How a message goes out. `holdMs`: how long an employee can take it back first; 0: not at all. */
export interface Sending {
  delivery: 'at_most_once' | 'at_least_once'
  holdMs: number
}

/**
 * A free message: only within the reply window. The gate of the send looks once more: where the window is closed, it
 * answers `window_closed`, and the run does what `ifWindowClosed` says; nothing may be sent then.
 */
export interface FreeSending extends Sending {
  ifWindowClosed: 'park' | 'skip' | 'fail' | 'template'
}

/** One thing to be done outside the run, with every text filled in and everything decided that a run can decide. */
export type Deed =
  | ({ do: 'sendText'; text: string } & FreeSending)
  /** also for a free message of which `ifWindowClosed` made a template; `language: auto` is the contact's */
  | ({ do: 'sendTemplate'; template: TemplateSend } & Sending)
  | ({
      do: 'sendInteractive'
      text: string
      header?: string
      footer?: string
      buttons?: { id: string; title: string }[]
      list?: {
        button: string
        sections: { title?: string; rows: { id: string; title: string; description?: string }[] }[]
      }
      link?: { title: string; url: string }
    } & FreeSending)
  | ({ do: 'sendFile'; attachmentId: string; caption?: string } & FreeSending)
  | ({ do: 'sendQuickReply'; quickReply: string } & FreeSending)
  | { do: 'openTask'; template?: string; title?: string; ifActive: 'use' | 'open' }
  | { do: 'setStatus'; status: string }
  | { do: 'setField'; field: string; value: Json }
  | { do: 'assign'; to: Assignee; mode: 'replace' | 'add' }
  | { do: 'addParticipants'; employees: string[]; groups: string[] }
  /** `send` null: internal; it is there only where `notify` names the contact (P6) */
  | { do: 'comment'; text: string; notify: Notified[]; send: FreeSending | null }
  /** `status` null: the first inactive one of the task's set */
  | { do: 'close'; status: string | null }
  | { do: 'setContactField'; field: string; value: Json }
  | { do: 'tag'; tag: string }
  | { do: 'untag'; tag: string }
  | { do: 'optOut' }
  /** answered when it ended: `value` is the JSON answer, or null; the response is checked by the run */
  | {
      do: 'http'
      endpoint: string
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
      path: string | null
      query: Record<string, string>
      /** undefined in the document: absent */
      body?: Json
      timeoutMs: number
      retries: number
    }
  | { do: 'emit'; event: string; data: JsonMap }
  /** `task.*` or `contact.*` of the condition is the one looked at; `scope` has the rest. Answered with a list. */
  | {
      do: 'find'
      what: 'tasks' | 'contacts'
      where: Condition
      limit: number
      scope: { event: Json; vars: Json; inputs: Json }
    }
  /** `each` null: in this conversation; else in that of every element. `chain` is for the runs that it starts. */
  | { do: 'start'; scenario: string; with: JsonMap; each: Json[] | null; chain: Chain }
  | { do: 'cancel'; scenario: string }
  /** Starts the scenario here and is answered when it has ended. Whoever ends this run meanwhile ends that one too. */
  | { do: 'call'; scenario: string; with: JsonMap; chain: Chain }
  /** `to` null: whoever has the task */
  | { do: 'handoff'; to: Assignee | null; note: string | null }

/**
 * A deed of a step. `number` counts the effects of the run: (run, number) is its idempotency key, and the same effect
 * done twice under one key is done once. `action` is the step's, also where a template goes in its place.
 */
export type Effect = { step: string; number: number; action: Action } & Deed

/** What an effect is, in a few words for technical logs: no texts, names of people or values (P8). */
export function describeEffect(effect: Effect): string {
  const words = (...parts: (string | number | false | null)[]) =>
    [effect.do, ...parts.filter((part) => part !== false && part !== null)].join(' ')
  switch (effect.do) {
    case 'sendText':
      return words(`${effect.text.length} characters`)
    case 'sendTemplate':
      return words(effect.template.name, effect.template.language, effect.action !== 'sendTemplate' && 'instead')
    case 'sendInteractive':
      return words(effect.buttons ? 'buttons' : effect.list ? 'list' : 'link')
    case 'comment':
      return words(effect.send ? 'to the client' : 'internal', `${effect.text.length} characters`)
    case 'openTask':
      return words(effect.ifActive)
    case 'setStatus':
    case 'close':
      return words(effect.status)
    case 'assign':
      return words(effect.mode, assigneeKind(effect.to))
    case 'handoff':
      return words(effect.to && assigneeKind(effect.to))
    case 'addParticipants':
      return words(`${effect.employees.length} employees, ${effect.groups.length} groups`)
    case 'http':
      return words(effect.method, effect.endpoint)
    case 'emit':
      return words(effect.event)
    case 'find':
      return words(effect.what, `at most ${effect.limit}`)
    case 'start':
      return words(effect.scenario, effect.each && `for ${effect.each.length}`)
    case 'cancel':
    case 'call':
      return words(effect.scenario)
    default:
      return words()
  }
}

const assigneeKind = (to: Assignee): string => ('rule' in to ? to.rule : 'group' in to ? 'group' : 'employee')
