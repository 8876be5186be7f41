import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { writeYaml } from '../domain/scenario/document/canonical.ts'
import { checkDocument, type Finding } from '../domain/scenario/document/check-document.ts'
import { readDocument } from '../domain/scenario/document/read-document.ts'
import { type ApiClient, type ApiOptions, withApi } from './api-client.ts'
import { withApiOptions } from './api-options.ts'
import { type Console, show, table } from './console.ts'
import { Failure } from './failure.ts'
import { addDryRun } from './scenario-dry-run.ts'
import {
  demandGood,
  findingWords,
  type Linted,
  linted,
  readFiles,
  type ScenarioFile,
  unreadable,
} from './scenario-files.ts'

interface Summary {
  id: string
  key: string
  kind: string
  name: string
  enabled: boolean
  published: { version: number; sha256: string } | null
  updatedAt: string
}

interface Scenario extends Summary {
  document: object | null
  draft: { text: string; format: string; sha256: string | null; isPublished: boolean }
}

type Options = ApiOptions & { json?: boolean }
type Page = { items: Summary[]; next: string | null }

const pathOf = (id: string): string => `/api/scenarios/${encodeURIComponent(id)}`

/** Scenarios and buttons as files: checked without a server, everything else through the API. */
export function addScenarioCommands(program: Command, console: Console): void {
  const scenario = program.command('scenario').description('scenarios and buttons, as YAML or JSON files')
  addLint(scenario, console)
  addPublish(scenario, console)
  addExport(scenario, console)
  addDryRun(scenario, console)

  withApiOptions(scenario.command('list').description('scenarios and buttons, by key')).action(
    async (options: Options) => {
      const items = await withApi(console, options, everything)
      show(console, options, { items, next: null }, () =>
        table(items, {
          key: (item) => item.key,
          name: (item) => item.name,
          kind: (item) => item.kind,
          published: (item) => (item.published ? `v${item.published.version}` : null),
          enabled: (item) => (item.enabled ? 'yes' : 'no'),
          id: (item) => item.id,
        }),
      )
    },
  )

  withApiOptions(
    scenario.command('import').description('keep files as drafts; nothing is published').argument('<files...>'),
  ).action(async (names: string[], options: Options) => {
    const files = await readFiles(console, names)
    report(
      console,
      options,
      files.map(({ file, read }) => linted(file, unreadable(read))),
    )
    const drafts = await withApi(console, options, async (api) => {
      const saved: { file: string; key: string; id: string; change: string }[] = []
      for (const file of files) {
        const { scenario: one, change } = await saveDraft(api, file)
        saved.push({ file: file.file, key: one.key, id: one.id, change })
      }
      return saved
    })
    show(console, options, drafts, () => drafts.map(({ key, change }) => `${key} is ${change}`).join('\n'))
  })
}

function addLint(scenario: Command, console: Console): void {
  withApiOptions(scenario.command('lint').description('check files').argument('<files...>'))
    .option('--online', 'also what the installation knows: templates, people, other scenarios')
    .action(async (names: string[], options: Options & { online?: boolean }) => {
      const files = await readFiles(console, names)
      const results = options.online
        ? await withApi(console, options, (api) => Promise.all(files.map((file) => checkOnline(api, file))))
        : files.map(({ file, read }) =>
            linted(file, read.ok ? checkDocument(read.document, read.placeOf) : unreadable(read)),
          )
      show(console, options, results, () => words(results) || 'nothing to say against it')
      demandGood(results)
    })
}

function addPublish(scenario: Command, console: Console): void {
  withApiOptions(scenario.command('publish').description('check a file and publish it').argument('<file>'))
    .addOption(
      new Option('--in-flight <choice>', 'what becomes of open runs')
        .choices(['pin', 'drain', 'restart', 'migrate'])
        .default('pin'),
    )
    .action(async (name: string, options: Options & { inFlight: string }) => {
      const [file] = await readFiles(console, [name])
      if (!file) throw new Failure('Give a file.')
      report(console, options, [linted(file.file, unreadable(file.read))])
      const done = await withApi(console, options, async (api) => {
        const checked = await checkOnline(api, file)
        report(console, options, [checked])
        const { scenario: draft } = await saveDraft(api, file)
        const order = { inFlight: options.inFlight, expect: draft.draft.sha256 }
        const published = await api.post<Scenario>(`${pathOf(draft.id)}/publish`, order)
        return { ...published, warnings: checked.findings }
      })
      show(console, options, done, () =>
        [words([linted(file.file, done.warnings)]), `${done.key} is published as v${done.published?.version}`]
          .filter(Boolean)
          .join('\n'),
      )
    })
}

function addExport(scenario: Command, console: Console): void {
  withApiOptions(
    scenario.command('export').description('what is published, or else the draft, as YAML').argument('[keys...]'),
  )
    .option('--all', 'every scenario and button')
    .option('--dir <directory>', 'write <key>.yaml files there')
    .action(async (keys: string[], options: Options & { all?: boolean; dir?: string }) => {
      if (keys.length > 0 === (options.all ?? false)) throw new Failure('Give keys, or --all.')
      const found = await withApi(console, options, async (api) => {
        const summaries = options.all
          ? await everything(api)
          : await Promise.all(keys.map((key) => demandKey(api, key)))
        return Promise.all(summaries.map(({ id }) => api.get<Scenario>(pathOf(id))))
      })
      const texts = found.map((one) => ({ key: one.key, text: yamlOf(one) }))
      const { dir } = options
      if (dir === undefined) return show(console, options, texts, () => texts.map(({ text }) => text).join('---\n'))
      await mkdir(dir, { recursive: true })
      for (const { key, text } of texts) await writeFile(join(dir, `${key}.yaml`), text)
      const files = texts.map(({ key }) => join(dir, `${key}.yaml`))
      show(console, options, { files }, () => files.join('\n'))
    })
}

/** Its author's own words where they are what is published; else the document. */
function yamlOf({ key, document, draft, published }: Scenario): string {
  if (draft.format === 'yaml' && (draft.isPublished || !published)) return draft.text
  const read = document && readDocument(document)
  if (!read?.ok) throw new Failure(`${key} cannot be read: mend its draft first.`)
  return writeYaml(read.document)
}

async function checkOnline(api: ApiClient, { file, text }: ScenarioFile): Promise<Linted> {
  const { findings } = await api.post<{ findings: Finding[] }>('/api/scenarios/check', { document: text })
  return linted(file, findings)
}

/** Creates the scenario, or replaces its draft as it was seen a moment ago. */
async function saveDraft(
  api: ApiClient,
  { text, read }: ScenarioFile,
): Promise<{ scenario: Scenario; change: 'new' | 'changed' | 'unchanged' }> {
  if (!read.ok) throw new Error('an unreadable file was let through')
  const known = await findKey(api, read.document.id)
  if (!known) return { scenario: await api.post<Scenario>('/api/scenarios', { document: text }), change: 'new' }
  const before = await api.get<Scenario>(pathOf(known.id))
  if (before.draft.text === text) return { scenario: before, change: 'unchanged' }
  const saved = await api.put<Scenario>(pathOf(known.id), { document: text }, { 'if-match': `"${before.updatedAt}"` })
  return { scenario: saved, change: 'changed' }
}

async function findKey(api: ApiClient, key: string): Promise<Summary | undefined> {
  const { items } = await api.get<Page>(`/api/scenarios?${new URLSearchParams({ key })}`)
  return items[0]
}

async function demandKey(api: ApiClient, key: string): Promise<Summary> {
  const found = await findKey(api, key)
  if (!found) throw new Failure(`There is no scenario ${key}.`)
  return found
}

async function everything(api: ApiClient): Promise<Summary[]> {
  const items: Summary[] = []
  let cursor: string | null = null
  do {
    const query: string = new URLSearchParams({ limit: '200', ...(cursor !== null && { cursor }) }).toString()
    const page: Page = await api.get<Page>(`/api/scenarios?${query}`)
    items.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return items
}

const words = (results: readonly Linted[]): string => results.flatMap(findingWords).join('\n')

/** Says what is wrong and ends the command; says nothing where all is well. */
function report(console: Console, options: Options, results: readonly Linted[]): void {
  if (results.every(({ ok }) => ok)) return
  show(console, options, results, () => words(results))
  demandGood(results)
}
