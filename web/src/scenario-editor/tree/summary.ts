import { isJsonMap, isList, type Json, type JsonMap, listAt, mapAt, textIn } from '../text/json.ts'
import type { EditorWords } from '../words.ts'
import { actionOf } from './actions.ts'
import type { Branch } from './branches.ts'
import { shapeOf } from './condition.ts'
import { parseDuration } from './durations.ts'
import { nameOfEvent } from './fields.ts'

const LONGEST = 70

/** One line that says what a step does. */
export function summaryOf(step: Json | undefined, words: EditorWords): string {
  if (isJsonMap(step) && typeof step.name === 'string' && step.name !== '') return step.name
  const action = actionOf(step)
  if (!action || !isJsonMap(step)) return words.summary.unknown
  const { summary } = words
  const own = mapAt(step, [action])
  const quoted = (text: string) => (text === '' ? summary.empty : summary.quoted(short(plainText(text, words))))
  const name = (text: string) => text || summary.empty
  switch (action) {
    case 'sendText':
      return summary.sendText(quoted(textIn(own, 'text')))
    case 'sendTemplate':
      return summary.sendTemplate(name(textIn(own, 'name')))
    case 'sendInteractive':
      return interactive(own, words, quoted(textIn(own, 'text')))
    case 'sendQuickReply':
      return summary.sendQuickReply(name(textIn(own, 'quickReply')))
    case 'sendFile':
      return summary.sendFile(textIn(own, 'caption') ? quoted(textIn(own, 'caption')) : '')
    case 'comment':
      return comment(own, words, quoted(textIn(own, 'text')))
    case 'assign':
      return own.mode === 'add' ? summary.assignAdd(whoOf(own, words)) : summary.assign(whoOf(own, words))
    case 'setStatus':
      return summary.setStatus(name(textIn(step, 'setStatus')))
    case 'setField':
      return summary.setField(name(textIn(own, 'field')), valueText(own.value, words))
    case 'setContactField':
      return summary.setContactField(name(textIn(own, 'field')), valueText(own.value, words))
    case 'openTask':
      return own.ifActive === 'open' ? summary.openAnother : summary.openTask
    case 'addParticipants': {
      const who = [...listAt(own, ['employees']), ...listAt(own, ['groups'])].filter((one) => typeof one === 'string')
      return summary.addParticipants(name(who.join(summary.list)))
    }
    case 'close': {
      const status = textIn(own, 'status')
      return status ? summary.closeAs(status) : summary.close
    }
    case 'tag':
      return summary.tag(name(plainText(textIn(step, 'tag'), words)))
    case 'untag':
      return summary.untag(name(textIn(step, 'untag')))
    case 'optOut':
      return summary.optOut
    case 'wait':
      return waitText(own, words)
    case 'waitAny': {
      const events = listAt(own, ['branches']).flatMap((branch) => listAt(branch, ['for']))
      return waitText({ ...own, for: events }, words)
    }
    case 'if':
      return summary.if(conditionText(step.if, words))
    case 'switch':
      return summary.switch(fieldName(textIn(step, 'switch'), words) || summary.empty)
    case 'repeat': {
      const times = words.times(typeof own.max === 'number' ? own.max : 0)
      return own.while === undefined
        ? summary.repeat(times)
        : summary.repeatWhile(times, conditionText(own.while, words))
    }
    case 'handoff':
      return isJsonMap(own.to) ? summary.handoffTo(whoOf(own.to, words)) : summary.handoff
    case 'call':
      return summary.call(name(textIn(own, 'scenario')))
    case 'start':
      return textIn(own, 'each')
        ? summary.startEach(name(textIn(own, 'scenario')), textIn(own, 'each'))
        : summary.start(name(textIn(own, 'scenario')))
    case 'cancel':
      return summary.cancel(name(textIn(own, 'scenario')))
    case 'stop':
      return summary.stop
    case 'http':
      return summary.http(textIn(own, 'method') || 'POST', name(textIn(own, 'endpoint')), short(textIn(own, 'path')))
    case 'emit':
      return summary.emit(name(textIn(own, 'event')))
    case 'set':
      return summary.set(name(Object.keys(own).join(summary.list)))
    case 'find':
      return own.contacts === undefined
        ? summary.findTasks(conditionText(own.tasks, words))
        : summary.findContacts(conditionText(own.contacts, words))
  }
}

/** A text as it reads: values that are filled in by their plain names. */
export const plainText = (text: string, words: EditorWords): string =>
  text.replace(/\{\{-?\s*([\s\S]*?)\s*-?\}\}/g, (_whole, inside: string) => {
    const path = /^[a-z]+(?:\.[^\s.|[\]{}]+)+/i.exec(inside)?.[0]
    return `{${path === undefined ? '…' : fieldName(path, words)}}`
  })

export const short = (text: string, most = LONGEST): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`
}

function interactive(own: JsonMap, { summary }: EditorWords, text: string): string {
  if (isList(own.buttons)) {
    const titles = own.buttons.map((button) => textIn(mapAt(button, []), 'title') || summary.empty)
    return summary.sendButtons(text, titles.join(summary.list))
  }
  if (isJsonMap(own.link)) return summary.sendLink(textIn(own.link, 'title'), text)
  return summary.sendList(text)
}

function comment(own: JsonMap, words: EditorWords, text: string): string {
  const notify = listAt(own, ['notify'])
  if (notify.includes('contact')) return words.summary.commentClient(text)
  const who = notify.map((one) => whomText(one, words)).join(words.summary.list)
  return who ? words.summary.commentNotified(text, who) : words.summary.comment(text)
}

export function whomText(whom: Json, words: EditorWords): string {
  if (typeof whom === 'string') return words.summary.whom[whom] ?? whom
  return whoOf(mapAt(whom, []), words)
}

function whoOf(who: JsonMap, { summary }: EditorWords): string {
  const group = textIn(who, 'group') || summary.empty
  if (who.rule === 'least_busy') return summary.leastBusy(group)
  if (who.rule === 'round_robin') return summary.roundRobin(group)
  return who.group === undefined ? textIn(who, 'employee') || summary.empty : summary.group(group)
}

export function valueText(value: Json | undefined, words: EditorWords): string {
  const { summary, field } = words
  if (value === undefined || value === '') return summary.empty
  if (typeof value === 'string') return summary.quoted(short(plainText(value, words), 40))
  if (typeof value === 'boolean') return value ? field.yes : field.no
  if (isJsonMap(value) && typeof value.cel === 'string') return short(value.cel, 40)
  return short(JSON.stringify(value), 40)
}

function waitText(wait: JsonMap, words: EditorWords): string {
  const { summary } = words
  const events = listAt(wait, ['for']).map((event) => awaitedText(event, words))
  const what = [...new Set(events)].join(summary.or)
  const timeout = parseDuration(textIn(wait, 'timeout'))
  const until = textIn(wait, 'until')
  const time = until === 'open' ? summary.untilOpen(textIn(wait, 'calendar')) : until
  if (until) return what ? summary.waitForUntil(what, time) : summary.waitUntil(time)
  if (!timeout) return summary.waitFor(what || summary.empty)
  return what
    ? summary.waitForAtMost(what, words.within(timeout.count, timeout.unit))
    : summary.waitTime(words.duration(timeout.count, timeout.unit))
}

/** What a wait waits for: a client's message is an answer. */
export function awaitedText(awaited: Json | undefined, words: EditorWords): string {
  const name = nameOfEvent(awaited)
  const shown =
    name === 'message.received' ? words.summary.answer : name === null ? words.summary.empty : eventName(name, words)
  const when = isJsonMap(awaited) ? awaited.when : undefined
  return when === undefined ? shown : `${shown} (${short(conditionText(when, words), 50)})`
}

export const eventName = (name: string, { event }: EditorWords): string =>
  (Object.hasOwn(event.names, name) ? event.names[name] : undefined) ?? name

/** A trigger in words, its condition left out. */
export function triggerText(trigger: Json | undefined, words: EditorWords): string {
  const map = mapAt(trigger, [])
  if (isJsonMap(map.button)) return words.event.button(textIn(map.button, 'label'))
  const name = nameOfEvent(map)
  if (!name) return words.event.noTrigger
  const kinds = listAt(map, ['kinds']).filter((one) => typeof one === 'string')
  const details = [
    kinds.map((kind) => words.field.kinds[kind] ?? kind).join(words.summary.list),
    ...['for', 'before', 'after'].map((key) => durationText(textIn(map, key), words)),
    ...['field', 'tag', 'scenario', 'quickReply', 'name', 'cron'].map((key) => textIn(map, key)),
  ].filter((one) => one !== '')
  const all = details.length > 0 ? ` (${details.join(words.summary.list)})` : ''
  return words.event.when(eventName(name, words) + all)
}

export function durationText(text: string, words: EditorWords): string {
  const duration = parseDuration(text)
  return duration ? words.duration(duration.count, duration.unit) : text
}

/** A field by its plain name; one that nobody named by its path. */
export function fieldName(path: string, { field }: EditorWords): string {
  if (Object.hasOwn(field.names, path)) return field.names[path] ?? path
  const rest = (beginning: string) => path.slice(beginning.length)
  if (path.startsWith('vars.')) return field.variable(rest('vars.'))
  if (path.startsWith('inputs.')) return field.input(rest('inputs.'))
  if (path.startsWith('task.fields.')) return field.taskField(rest('task.fields.'))
  if (path.startsWith('contact.fields.')) return field.contactField(rest('contact.fields.'))
  if (path.startsWith('event.body.')) return field.body(rest('event.body.'))
  if (path.startsWith('current.')) return field.current(fieldName(rest('current.'), { field } as EditorWords))
  const calendar = /^calendar\.(.+)\.open$/.exec(path)?.[1]
  return calendar === undefined ? path : field.isOpen(calendar)
}

const TIMES = new Set([
  'event.at',
  'event.now',
  'task.dueAt',
  'task.createdAt',
  'conversation.lastInAt',
  'conversation.lastOutAt',
])

/** A condition as one would say it. */
export function conditionText(condition: Json | undefined, words: EditorWords): string {
  const shape = shapeOf(condition)
  switch (shape.is) {
    case 'group': {
      const parts = shape.parts.map((part) => {
        const text = conditionText(part, words)
        return shapeOf(part).is === 'group' && shape.parts.length > 1 ? `(${text})` : text
      })
      if (shape.join === 'none') return words.summary.none(parts.join(words.summary.list))
      return parts.join(shape.join === 'all' ? words.summary.and : words.summary.or)
    }
    case 'cel':
      return short(shape.source, 60)
    case 'other':
      return words.summary.empty
    case 'row': {
      const name = fieldName(shape.field, words) || words.summary.empty
      if (shape.operator === 'exists')
        return `${name} ${shape.value === false ? words.field.missing : words.field.operators.exists}`
      if (typeof shape.value === 'boolean' && shape.operator === 'is') return shape.value ? name : words.field.not(name)
      const isTime = TIMES.has(shape.field)
      const operator =
        (isTime ? words.field.timeOperators[shape.operator] : undefined) ?? words.field.operators[shape.operator]
      const value = isList(shape.value)
        ? shape.value
            .map((one) => valueText(one, words))
            .join(shape.operator === 'between' ? words.summary.and : words.summary.list)
        : valueText(shape.value, words)
      return `${name} ${operator} ${value}`
    }
  }
}

/** The words over a branch. */
export function branchText(step: Json | undefined, branch: Pick<Branch, 'kind' | 'index'>, words: EditorWords): string {
  const { branches } = words
  switch (branch.kind) {
    case 'case': {
      const one = mapAt(listAt(step, ['cases'])[branch.index], [])
      const values = isList(one.in) ? one.in : one.is === undefined ? [] : [one.is]
      const text = values
        .filter((value) => value !== '')
        .map((value) => valueText(value, words))
        .join(words.summary.or)
      return text ? branches.case(text) : branches.noCase
    }
    case 'else':
      return actionOf(step) === 'switch' ? branches.switchElse : branches.else
    case 'onReply': {
      const events = listAt(step, ['wait', 'for']).map(nameOfEvent)
      return events.every((name) => name === 'message.received') ? branches.onAnswer : branches.onReply
    }
    case 'branch': {
      const events = listAt(mapAt(listAt(step, ['waitAny', 'branches'])[branch.index], []), ['for'])
      return branches.branch(
        events.map((event) => awaitedText(event, words)).join(words.summary.or) || words.summary.empty,
      )
    }
    default:
      return branches[branch.kind]
  }
}
