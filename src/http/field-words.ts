import type { z } from 'zod'
import { spokenWords } from '../domain/scenario/spoken.ts'
import { russianCount, type Words } from '../domain/words.ts'
import './field-messages.ts'

/** More values than this are not listed: nobody reads them. */
const MOST_LISTED = 12

/**
 * What is wrong with one value of a request, to stand behind the name of its field. It never repeats the value: that could
 * be a secret.
 * @param issue of a parse that is over, so without its input
 */
export function fieldWords(issue: z.core.$ZodIssue): Words {
  // Of a schema that says it in words of its own.
  if (!/^(Too|Invalid) /.test(issue.message)) {
    return ((issue.code === 'custom' && issue.params?.words) || spokenWords(issue.message)) as Words
  }
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue)
    case 'too_small':
      return leastWords(issue)
    case 'too_big':
      return mostWords(issue)
    case 'invalid_format':
      return formatWords(issue)
    case 'invalid_value':
      return valueWords(issue.values.map(String))
    case 'not_multiple_of':
      return { en: `must be a multiple of ${issue.divisor}`, ru: `должно делиться на ${issue.divisor} нацело` }
    case 'invalid_key':
      return { en: 'has a key that is not accepted', ru: 'содержит имя, которое не принимается' }
    case 'invalid_union':
      return { en: 'fits none of the forms that are possible here', ru: 'не подходит ни под один из возможных видов' }
    default:
      return { en: 'is not accepted', ru: 'не принимается' }
  }
}

export const UNKNOWN_KEY: Words = { en: 'unknown key', ru: 'неизвестное поле' }

const EMPTY: Words = { en: 'must not be empty', ru: 'не может быть пустым' }

const TYPES: Record<string, string> = {
  string: 'нужен текст',
  number: 'нужно число',
  int: 'нужно целое число',
  boolean: 'нужно true или false',
  array: 'нужен список',
  tuple: 'нужен список',
  object: 'нужен объект',
  record: 'нужен объект',
  date: 'нужна дата',
}

function typeWords({ expected, message }: z.core.$ZodIssueInvalidType): Words {
  const needed = TYPES[expected] ?? 'нужно значение другого вида'
  // An issue has no input any more: only the message says that there was none.
  if (!message.endsWith('received undefined')) return { en: message.replace(/^Invalid input: /, ''), ru: needed }
  return { en: `is missing: expected ${expected}`, ru: `не указано: ${needed}` }
}

function leastWords({ origin, minimum, inclusive, exact }: z.core.$ZodIssueTooSmall): Words {
  const least = Number(minimum)
  if (exact) return exactly(origin, least)
  if (origin === 'string') {
    if (least === 1) return EMPTY
    return { en: `must have at least ${least} characters`, ru: `не короче ${charactersOf(least)}` }
  }
  if (isList(origin)) {
    if (least === 1) return EMPTY
    return { en: `must have at least ${least} entries`, ru: `нужно не меньше ${entriesOf(least)}` }
  }
  return inclusive === false
    ? { en: `must be more than ${least}`, ru: `должно быть больше ${least}` }
    : { en: `must be at least ${least}`, ru: `не меньше ${least}` }
}

function mostWords({ origin, maximum, inclusive, exact }: z.core.$ZodIssueTooBig): Words {
  const most = Number(maximum)
  if (exact) return exactly(origin, most)
  if (origin === 'string') {
    return {
      en: `must have at most ${most} ${most === 1 ? 'character' : 'characters'}`,
      ru: `не длиннее ${charactersOf(most)}`,
    }
  }
  if (isList(origin)) {
    return {
      en: `must have at most ${most} ${most === 1 ? 'entry' : 'entries'}`,
      ru: `нужно не больше ${entriesOf(most)}`,
    }
  }
  return inclusive === false
    ? { en: `must be less than ${most}`, ru: `должно быть меньше ${most}` }
    : { en: `must be at most ${most}`, ru: `не больше ${most}` }
}

function exactly(origin: string, count: number): Words {
  if (origin === 'string') return { en: `must have exactly ${count} characters`, ru: `ровно ${count} симв.` }
  if (isList(origin)) return { en: `must have exactly ${count} entries`, ru: `ровно ${count} зап.` }
  return { en: `must be exactly ${count}`, ru: `ровно ${count}` }
}

const isList = (origin: string) => ['array', 'set', 'map', 'record', 'object'].includes(origin)
/** As they stand after a comparison: короче 1 символа, 2 символов, 21 символа. */
const charactersOf = (count: number) => russianCount(count, 'символа', 'символов', 'символов')
const entriesOf = (count: number) => russianCount(count, 'записи', 'записей', 'записей')

const FORMATS: Record<string, Words> = {
  email: { en: 'must be an e-mail address', ru: 'нужен адрес электронной почты' },
  url: { en: 'must be a web address', ru: 'нужен веб-адрес' },
  uuid: { en: 'is no id', ru: 'это не id' },
  datetime: {
    en: 'must be a moment such as 2026-05-03T09:00:00Z',
    ru: 'нужны дата и время, например 2026-05-03T09:00:00Z',
  },
  date: { en: 'must be a date such as 2026-05-03', ru: 'нужна дата, например 2026-05-03' },
  time: { en: 'must be a time such as 09:00', ru: 'нужно время, например 09:00' },
  base64: { en: 'must be base64', ru: 'нужен base64' },
}

/** A pattern that says nothing of its own is not fit for a person. */
const formatWords = ({ format }: z.core.$ZodIssueInvalidStringFormat): Words =>
  FORMATS[format] ?? { en: 'does not have the form that it needs', ru: 'имеет не тот вид, который нужен' }

function valueWords(values: readonly string[]): Words {
  if (values.length === 1) return { en: `must be ${values[0]}`, ru: `может быть только ${values[0]}` }
  if (values.length > MOST_LISTED) return { en: 'is none of the values that there are', ru: 'такого значения нет' }
  const list = values.join(', ')
  return { en: `must be one of ${list}`, ru: `нужно одно из: ${list}` }
}
