import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const DOCS = join(import.meta.dirname, '../../docs')

/** The guide for authors, from its first page. */
export const PAGES = [
  'scenarios.md',
  'scenarios/language.md',
  'scenarios/steps.md',
  'scenarios/steps-flow.md',
  'scenarios/running.md',
] as const
export type Page = (typeof PAGES)[number]

export interface Block {
  page: Page
  /** of its first line, from 1 */
  line: number
  /** what stands behind the fence: `yaml`, `yaml steps`, `sh` */
  kind: string
  text: string
}

export const readPage = (page: string): string => readFileSync(join(DOCS, page), 'utf8')

export const blocksIn = (page: Page): Block[] =>
  [...readPage(page).matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(({ 1: kind = '', 2: text = '', index }) => ({
    page,
    line: readPage(page).slice(0, index).split('\n').length + 1,
    kind: kind.trim(),
    text,
  }))

/** What stands below a heading, up to the next one of the same level or above. */
export function sectionOf(page: Page, heading: string): string {
  const lines = readPage(page).split('\n')
  const from = lines.indexOf(heading)
  if (from === -1) throw new Error(`${page} has no heading “${heading}”`)
  const level = heading.indexOf(' ')
  const to = lines.findIndex((line, at) => at > from && /^#+ /.test(line) && line.indexOf(' ') <= level)
  return lines.slice(from + 1, to === -1 ? undefined : to).join('\n')
}

/** The rows of every table in a text, their cells without the signs of Markdown's own. */
export const rowsIn = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[-| ]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )

export const codeIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(({ 1: code = '' }) => code)

/** The address of a heading, as GitHub makes it. */
export const anchorsOf = (text: string): string[] =>
  text
    .replace(/^```[\s\S]*?^```$/gm, '')
    .split('\n')
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    )

/** Links of a page to other files and headings of this repository: the file from `docs`, and the heading. */
export const linksIn = (page: Page): { file: string; anchor: string | null }[] =>
  [...readPage(page).matchAll(/\]\(([^)]+)\)/g)]
    .map(({ 1: address = '' }) => address)
    .filter((address) => !/^https?:/.test(address))
    .map((address) => {
      const [path = '', anchor = null] = address.split('#')
      return { file: path === '' ? page : normalize(join(dirname(page), path)), anchor }
    })
