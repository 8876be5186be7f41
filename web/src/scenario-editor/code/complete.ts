import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from '@codemirror/autocomplete'
import type { QueryClient } from '@tanstack/react-query'
import { schemaQuery } from '../api.ts'
import { loadSuggestions } from '../suggestions.ts'
import { isJsonMap, type Json, type JsonMap, mapAt } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { readText } from '../text/read-text.ts'
import { behindDash } from '../text/render.ts'
import { ACTIONS, actionOf, isAction, newStep } from '../tree/actions.ts'
import { canBeAwaited, isEvent } from '../tree/events.ts'
import { eventsOf, fieldsFor } from '../tree/fields.ts'
import { keysAt, schemasAt, valuesOf } from '../tree/schema.ts'
import { freeIds } from '../tree/step-edits.ts'
import { eventName, fieldName } from '../tree/summary.ts'
import type { EditorWords } from '../words.ts'
import { type Cursor, cursorsAt } from './cursor.ts'
import { valueSource } from './value-source.ts'

export interface CompletionNeeds {
  client: QueryClient
  words: EditorWords
  json: boolean
}

const FILTERS = [
  'default',
  'date',
  'time',
  'date_time',
  'money',
  'number',
  'phone',
  'first_word',
  'upcase',
  'downcase',
  'capitalize',
  'strip',
  'truncate',
  'replace',
  'split',
  'join',
  'size',
  'first',
  'last',
  'plus',
  'minus',
  'times',
  'divided_by',
  'round',
]

/** Keys and values from the schema, names of this installation, fields, events, whole steps. */
export function completionSource(needs: CompletionNeeds) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString()
    const { cursors, document } = cursorsAt(text, context.pos)
    const [first] = cursors
    if (!first || (!context.explicit && !isWorthIt(context, first))) return null
    const found = await Promise.all(cursors.map((cursor) => optionsFor(cursor, document, text, needs)))
    const options = found.flat()
    return options.length === 0 ? null : { from: first.from, options, validFor: /^[\w.@+/\p{L}-]*$/u }
  }
}

/** While somebody types: from the first letter on, and at once where a value is asked for. */
const isWorthIt = (context: CompletionContext, { at, from }: Cursor): boolean =>
  context.pos > from ||
  at === 'field' ||
  (at === 'value' && /[:[,]\s$/.test(context.state.sliceDoc(Math.max(0, from - 2), from)))

async function optionsFor(cursor: Cursor, document: Json, text: string, needs: CompletionNeeds): Promise<Completion[]> {
  const whole = readText(text)
  const known = isJsonMap(document) && Object.keys(document).length > 0 ? document : whole.ok ? whole.value : {}
  switch (cursor.at) {
    case 'filter':
      return FILTERS.map((label) => ({ label, type: 'function' }))
    case 'field':
      return fieldOptions(known, needs)
    case 'key':
      return keyOptions(cursor, known, needs)
    case 'value':
      return valueOptions(cursor.path, known, needs)
  }
}

async function fieldOptions(document: JsonMap, { client, words }: CompletionNeeds): Promise<Completion[]> {
  const calendars = await loadSuggestions(client, 'calendars', words, document)
  return fieldsFor(
    document,
    eventsOf(document),
    calendars.map(({ value }) => value),
  ).map(({ path, group }) => ({
    label: path,
    detail: fieldName(path, words),
    type: 'variable',
    section: words.field.groups[group],
  }))
}

const schemaOf = (client: QueryClient) => client.fetchQuery(schemaQuery).catch(() => null)

async function keyOptions(
  cursor: Extract<Cursor, { at: 'key' }>,
  document: JsonMap,
  needs: CompletionNeeds,
): Promise<Completion[]> {
  const { words, json } = needs
  const schema = await schemaOf(needs.client)
  if (!schema) return []
  const isStep = typeof cursor.path.at(-1) === 'number' && STEP_LISTS.has(String(cursor.path.at(-2)))
  const ending = cursor.hasColon ? '' : json ? '": ' : ': '
  const keys = keysAt(schema, document, cursor.path, cursor.siblings)
    .filter(({ key }) => !Object.hasOwn(cursor.siblings, key))
    .filter(({ key }) => !(isStep && isAction(key) && actionOf(cursor.siblings)))
    .map(({ key, schema: own, required }): Completion => {
      const about = isAction(key) ? words.about[key] : own.description
      return {
        label: key,
        apply: key + ending,
        type: 'property',
        boost: required ? 2 : 0,
        ...(isAction(key) ? { detail: words.actions[key] } : {}),
        ...(about ? { info: about } : {}),
      }
    })
  const isFresh = isStep && Object.keys(cursor.siblings).length === 0 && !cursor.hasColon && !json
  return isFresh ? [...keys, ...stepSnippets(document, words)] : keys
}

const STEP_LISTS = new Set(['steps', 'then', 'else', 'onReply', 'onTimeout', 'onError'])

/** Whole steps, with the places that are to be filled in. */
function stepSnippets(document: JsonMap, words: EditorWords): Completion[] {
  const look = {
    json: false,
    compact: false,
    unit: '  ',
    listIndent: 2,
    quote: "'" as const,
    eol: '\n' as const,
    tall: 2,
  }
  return ACTIONS.map((action) => {
    const lines = behindDash(newStep(action, freeIds(document)), look, 0).trimStart()
    const template = lines.replaceAll("''", "'$" + "{}'")
    return snippetCompletion(template, {
      label: `+ ${action}`,
      detail: words.editor.snippet(words.actions[action]),
      info: words.about[action],
      type: 'class',
      boost: -1,
    })
  })
}

async function valueOptions(path: Path, document: JsonMap, needs: CompletionNeeds): Promise<Completion[]> {
  const { client, words } = needs
  const key = path.findLast((part) => typeof part === 'string')
  if (key === 'field' || key === 'switch') {
    const field =
      path.at(-2) === 'setField' || path.at(-2) === 'setContactField' ? [] : await fieldOptions(document, needs)
    return field
  }
  if (key === 'into') return Object.keys(mapAt(document, ['vars'])).map((label) => ({ label, type: 'variable' }))
  if (key === 'each')
    return Object.keys(mapAt(document, ['vars'])).map((name) => ({ label: `vars.${name}`, type: 'variable' }))
  const source = valueSource(document, path)
  const named = source ? await loadSuggestions(client, source, words, document) : []
  const schema = await schemaOf(client)
  const values = schema ? valuesOf(schemasAt(schema, document, path)) : []
  const isEventPlace = key === 'event' || key === 'for'
  return [
    ...named.map(
      ({ value, label, hint }): Completion => ({
        label: value,
        apply: needsQuotes(value) && !needs.json ? `'${value.replaceAll("'", "''")}'` : value,
        type: 'constant',
        section: words.editor.ofHere,
        ...(label === value ? {} : { detail: label }),
        ...(hint && hint !== value ? { info: hint } : {}),
      }),
    ),
    ...values
      .filter((value) => key !== 'for' || !isEvent(value) || canBeAwaited(value))
      .map(
        (label): Completion => ({
          label,
          type: 'enum',
          ...(isEventPlace && isEvent(label) ? { detail: eventName(label, words) } : {}),
        }),
      ),
  ]
}

const needsQuotes = (text: string): boolean =>
  !/^[\p{L}_][\p{L}\p{N}_.@ -]*$/u.test(text) || /\s$|^(true|false|null|yes|no|on|off)$/i.test(text)
