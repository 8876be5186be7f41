import { z } from 'zod'
import type { Words } from '../../words.ts'
import { FORM_WORDS as form } from './form-words.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const FIELDS = [
  { name: 'minute', least: 0, most: 59, words: [] },
  { name: 'hour', least: 0, most: 23, words: [] },
  { name: 'day of the month', least: 1, most: 31, words: [] },
  { name: 'month', least: 1, most: 12, words: MONTHS },
  { name: 'day of the week', least: 0, most: 7, words: DAYS },
] as const

/** What is wrong with a cron line of five fields (minute, hour, day, month, weekday); null: nothing. */
export function cronFault(line: string): Words | null {
  const parts = line.trim().toLowerCase().split(/\s+/)
  if (parts.length !== FIELDS.length) return form.fiveFields()
  for (const [index, field] of FIELDS.entries()) {
    const fault = fieldFault(parts[index] ?? '', field)
    if (fault) return form.cronField(field.name, fault)
  }
  return null
}

function fieldFault(text: string, field: (typeof FIELDS)[number]): Words | null {
  for (const item of text.split(',')) {
    const match = /^(?:\*|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:\/([0-9]{1,2}))?$/.exec(item)
    if (!match) return form.cronPart(item.slice(0, 20))
    const from = numberOf(match[1], field)
    const to = numberOf(match[2], field)
    if (from === null || to === null) return form.cronRange(item.slice(0, 20), field.least, field.most)
    if (from !== undefined && to !== undefined && from > to) return form.cronEnd(item)
    if (match[3] !== undefined && Number(match[3]) === 0) return form.cronStep(item)
  }
  return null
}

/** undefined: not given; null: none that may stand there */
function numberOf(text: string | undefined, field: (typeof FIELDS)[number]): number | null | undefined {
  if (text === undefined) return undefined
  const word = (field.words as readonly string[]).indexOf(text)
  if (word !== -1) return field.name === 'month' ? word + 1 : word
  const number = /^[0-9]{1,2}$/.test(text) ? Number(text) : Number.NaN
  return number >= field.least && number <= field.most ? number : null
}

export const Cron = z
  .string()
  .max(200)
  .check((context) => {
    const fault = cronFault(context.value)
    if (fault) {
      context.issues.push({ code: 'custom', message: fault.en, params: { words: fault }, input: context.value })
    }
  })
  .describe('Five fields: minute hour day month weekday, for instance "0 9 * * mon-fri"')
