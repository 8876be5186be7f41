import { bodyOf } from '../../../src/domain/template/components.ts'
import type { Template } from './api.ts'

export interface TemplateSearch {
  text: string
  language: string
  category: string
  status: string
}

export const NO_SEARCH: TemplateSearch = { text: '', language: '', category: '', status: '' }

/**
 * All words have to be in the name or in one of the texts; spaces and underscores are the same. Where all are in the
 * name, that comes first.
 */
export function findTemplates(templates: readonly Template[], search: TemplateSearch): Template[] {
  const words = plain(search.text).split(' ').filter(Boolean)
  const found = templates.filter((template) => {
    if (search.language !== '' && template.language !== search.language) return false
    if (search.category !== '' && template.category !== search.category) return false
    if (search.status !== '' && template.status !== search.status) return false
    const text = words.length === 0 ? '' : textOf(template)
    return words.every((word) => text.includes(word))
  })
  if (words.length === 0) return found
  const byName = ({ name }: Template) => words.every((word) => plain(name).includes(word))
  return [...found.filter(byName), ...found.filter((template) => !byName(template))]
}

const plain = (text: string): string =>
  text
    .toLocaleLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim()

const textOf = ({ name, components }: Template): string =>
  plain([name, ...components.map(({ text }) => (typeof text === 'string' ? text : ''))].join(' '))

/** The body in one line, for a list. */
export const excerptOf = ({ components }: Template): string => (bodyOf(components) ?? '').replace(/\s+/g, ' ')

/** A template by what names it over every channel and every synchronisation. */
export const nameOf = ({ name, language }: Pick<Template, 'name' | 'language'>): string => `${name}:${language}`

/**
 * Those used last come first, then those that can be sent, then the others; else the order stays.
 * @param recent names of those used last, the newest first
 */
export function inOrderOfUse(templates: readonly Template[], recent: readonly string[]): Template[] {
  const rank = (template: Template): number => {
    const used = recent.indexOf(nameOf(template))
    if (template.status !== 'approved') return recent.length + 1
    return used < 0 ? recent.length : used
  }
  return templates.toSorted((a, b) => rank(a) - rank(b))
}

/** What can be chosen in a filter: the values that occur, each once. */
export const valuesOf = (templates: readonly Template[], key: 'language' | 'category' | 'status'): string[] =>
  [...new Set(templates.map((template) => template[key]))].toSorted()
