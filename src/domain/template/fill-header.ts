import type { HeaderPart } from './components.ts'
import type { FilledHeader, TemplateParameters, TemplateProblem, TemplateProblemCode } from './template.ts'
import { checkText, wereGiven } from './values.ts'

/** The header's text with its value (reference §7.2). */
export const MAX_HEADER = 60
const MAX_LINK = 2000
const MAX_FILE_NAME = 240
const MAX_PLACE = 1000

/** What the header shows. @returns null where there is none, or where it says the same to everybody */
export function fillHeader(
  header: HeaderPart | null,
  given: TemplateParameters['header'],
  problems: TemplateProblem[],
): FilledHeader | null {
  const problem = (code: TemplateProblemCode, message: string, key: string | null = null) =>
    void problems.push({ where: 'header', key, code, message })
  const list: readonly unknown[] = Array.isArray(given) ? given : []
  if (given !== undefined && given !== null && !Array.isArray(given)) {
    problem('wrong_kind', "The header's values must be a list")
    return null
  }
  if (header === null || (header.kind === 'text' && header.variable === null)) {
    const what = header === null ? 'has no header' : 'has a header that takes no value'
    if (list.length > 0) problem('unexpected', `The template ${what}, ${wereGiven(list.length)}`)
    return null
  }
  const needed = NEEDED[header.kind]
  if (list.length !== 1) {
    problem(
      list.length === 0 ? 'missing' : 'unexpected',
      `The template's header needs ${needed}, ${wereGiven(list.length)}`,
    )
    return null
  }
  const [value] = list
  if (header.kind === 'text') return fillText(value)
  if (header.kind === 'location') return fillLocation(value)
  const filled = fillMedia(header.kind, value)
  return filled?.kind === 'media' && header.key !== undefined ? { ...filled, key: header.key } : filled

  function fillText(text: unknown): FilledHeader | null {
    const variable = header?.kind === 'text' ? header.variable : null
    const fault = checkText(text, MAX_HEADER)
    if (fault) problem(fault.code, `The value of the header ${fault.words}`, variable?.key ?? null)
    return typeof text === 'string' ? { kind: 'text', values: [{ name: variable?.name ?? null, text }] } : null
  }

  function fillMedia(media: 'image' | 'video' | 'document', source: unknown): FilledHeader | null {
    const attachmentId = own(source, 'attachmentId')
    if (typeof attachmentId === 'string' && attachmentId !== '') {
      return { kind: 'media', media, source: { attachmentId: attachmentId as never }, fileName: null }
    }
    const link = own(source, 'link')
    if (typeof link !== 'string') {
      problem('wrong_kind', `The template's header needs ${needed}: an attachment, or a link to the file`)
      return null
    }
    if (!/^https:\/\/[^\s/@]+(?:[/?#]\S*)?$/i.test(link)) {
      problem('wrong_kind', "The header's file must be a link that begins with https://")
    } else if (link.length > MAX_LINK) problem('too_long', `The header's link is longer than ${MAX_LINK} characters`)
    const fileName = own(source, 'fileName') ?? null
    const fault = fileName === null ? null : checkText(fileName, MAX_FILE_NAME)
    if (fault) problem(fault.code, `The name of the header's file ${fault.words}`)
    return { kind: 'media', media, source: { link }, fileName: typeof fileName === 'string' ? fileName : null }
  }

  function fillLocation(place: unknown): FilledHeader | null {
    const latitude = coordinate(own(place, 'latitude'), 90)
    const longitude = coordinate(own(place, 'longitude'), 180)
    const name = own(place, 'name')
    const address = own(place, 'address')
    if (latitude === null) problem('wrong_kind', 'The latitude of the header must be a number from -90 to 90')
    if (longitude === null) problem('wrong_kind', 'The longitude of the header must be a number from -180 to 180')
    for (const [key, text] of [
      ['name', name],
      ['address', address],
    ] as const) {
      const fault = checkText(text, MAX_PLACE)
      if (fault) problem(fault.code, `The ${key} of the header's place ${fault.words}`)
    }
    if (latitude === null || longitude === null || typeof name !== 'string' || typeof address !== 'string') return null
    return { kind: 'location', latitude, longitude, name, address }
  }
}

const NEEDED: Record<HeaderPart['kind'], string> = {
  text: '1 value',
  image: 'an image',
  video: 'a video',
  document: 'a document',
  location: 'a place',
}

const own = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null && Object.hasOwn(from, key)
    ? (from as Record<string, unknown>)[key]
    : undefined

const coordinate = (value: unknown, most: number): number | null =>
  typeof value === 'number' && Math.abs(value) <= most ? value : null
