import type { Command } from 'commander'
import type { AttachmentId } from '../domain/ids.ts'
import type { HeaderParameter, TemplateChoice, TemplateParameters } from '../domain/template/template.ts'
import type { ApiClient } from './api-client.ts'
import { collect } from './api-options.ts'
import { Failure } from './failure.ts'
import { readUpload, type Upload, uploadAll } from './upload.ts'

/** A template and what to fill it with, as given on the command line. */
export interface TemplateOptions {
  template?: string
  language?: string
  param: string[]
  named: string[]
  header?: string
  headerLink?: string
  headerFile?: string
  button: string[]
}

export const withTemplateOptions = (command: Command): Command =>
  command
    .option('--template <name>', 'the template')
    .option('--language <code>', 'its language as approved, such as en_US')
    .option(
      '--param <value>',
      'the next value of the body; may be given again (--param=-1 for one with a dash)',
      collect,
      [],
    )
    .option('--named <key=value>', 'a named value of the body; may be given again', collect, [])
    .option('--header <text>', "the value of the header's text")
    .option('--header-link <address>', 'what the header shows: an https address of it')
    .option('--header-file <file>', 'what the header shows: a file of this machine')
    .option('--button <value>', 'the value of the next button that takes one; may be given again', collect, [])

/** A template of the command line, before its header's file is uploaded. */
export interface TemplateDraft {
  name: string
  language: string
  body: TemplateParameters['body']
  header: Exclude<HeaderParameter, { attachmentId: AttachmentId }> | null
  headerFile: Upload | null
  buttons: string[]
}

/**
 * Reads the options; null where no template was asked for.
 * @throws Failure where they do not fit together
 */
export async function readTemplate(options: TemplateOptions): Promise<TemplateDraft | null> {
  const headers = [options.header, options.headerLink, options.headerFile].filter((one) => one !== undefined)
  if (options.template === undefined) {
    if (headers.length + options.param.length + options.named.length + options.button.length > 0 || options.language) {
      throw new Failure('Give --template: the other options say how to fill it.')
    }
    return null
  }
  if (!options.language) throw new Failure('Give --language: a template is approved in each language of its own.')
  if (options.param.length > 0 && options.named.length > 0) {
    throw new Failure('Give --param or --named: a template has numbered or named values, not both.')
  }
  if (headers.length > 1) throw new Failure('Give one of --header, --header-link and --header-file.')
  return {
    name: options.template,
    language: options.language,
    body: options.named.length > 0 ? readNamed(options.named) : options.param.length > 0 ? options.param : undefined,
    header: options.header ?? (options.headerLink === undefined ? null : { link: options.headerLink }),
    headerFile: options.headerFile === undefined ? null : await readUpload(options.headerFile),
    buttons: options.button,
  }
}

/** The template as the API takes it; the header's file is uploaded. */
export async function templateFor(
  api: ApiClient,
  draft: TemplateDraft,
  idempotencyKey?: string,
): Promise<TemplateChoice> {
  const uploaded = draft.headerFile ? await uploadAll(api, [draft.headerFile], idempotencyKey) : []
  const header = [
    ...(draft.header === null ? [] : [draft.header]),
    ...uploaded.map((id) => ({ attachmentId: id as AttachmentId })),
  ]
  const parameters: TemplateParameters = {
    ...(header.length > 0 && { header }),
    ...(draft.body && { body: draft.body }),
    ...(draft.buttons.length > 0 && { buttons: draft.buttons }),
  }
  const { name, language } = draft
  return { name, language, ...(Object.keys(parameters).length > 0 && { parameters }) }
}

function readNamed(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
    if (key === undefined || value === undefined) throw new Failure(`--named takes key=value; “${pair}” is none.`)
    return [key.trim(), value] as const
  })
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw new Failure('--named gives a key twice.')
  return Object.fromEntries(entries)
}
