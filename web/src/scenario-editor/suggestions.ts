import { type QueryClient, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import * as api from './api.ts'
import type { Option } from './pick/options.ts'
import { useEditor, useEditorWords } from './state/editor-context.tsx'
import { isJsonMap, isList, type Json, type JsonMap } from './text/json.ts'
import type { ValueSource } from './tree/fields.ts'
import type { EditorWords } from './words.ts'

export type Source =
  | ValueSource
  | 'groups'
  | 'calendars'
  | 'endpoints'
  | 'taskTemplates'
  | 'closedStatuses'
  | 'peopleIds'

const option = (value: string, label = value, hint?: string): Option => ({ value, label, ...(hint ? { hint } : {}) })
const once = (options: Option[]): Option[] => [...new Map(options.map((one) => [one.value, one])).values()]
const statusOptions = (templates: readonly api.TaskTemplate[], wants: (active: boolean) => boolean): Option[] =>
  once(
    templates
      .flatMap(({ statuses }) => statuses)
      .filter(({ active }) => wants(active))
      .map(({ key, name }) => option(key, name, key)),
  )

interface Listed {
  queryKey: readonly unknown[]
  queryFn: (context: never) => Promise<unknown[]>
  toOptions: (items: readonly unknown[]) => Option[]
}

const listed = <Item>(
  { queryKey, queryFn }: { queryKey: readonly unknown[]; queryFn?: unknown },
  toOptions: (items: readonly Item[]) => Option[],
): Listed => ({ queryKey, queryFn: queryFn as Listed['queryFn'], toOptions: toOptions as Listed['toOptions'] })

/** What this installation knows, and how it is chosen from. */
const LISTED: Partial<Record<Source, Listed>> = {
  statuses: listed<api.TaskTemplate>(api.taskTemplatesQuery, (all) => statusOptions(all, () => true)),
  closedStatuses: listed<api.TaskTemplate>(api.taskTemplatesQuery, (all) => statusOptions(all, (active) => !active)),
  taskTemplates: listed<api.TaskTemplate>(api.taskTemplatesQuery, (all) => all.map(({ name }) => option(name))),
  channels: listed<{ name: string; provider: string }>(api.channelsQuery, (all) =>
    all.map(({ name, provider }) => option(name, name, provider)),
  ),
  people: listed<{ id: string; name: string; email: string }>(api.peopleQuery, (all) =>
    all.map(({ id, name, email }) => option(id, name, email)),
  ),
  peopleIds: listed<{ name: string; email: string }>(api.peopleQuery, (all) =>
    all.map(({ name, email }) => option(email, name, email)),
  ),
  groups: listed<{ name: string }>(api.groupsQuery, (all) => all.map(({ name }) => option(name))),
  calendars: listed<{ name: string; timeZone: string }>(api.calendarsQuery, (all) =>
    all.map(({ name, timeZone }) => option(name, name, timeZone)),
  ),
  endpoints: listed<{ name: string; url: string }>(api.endpointsQuery, (all) =>
    all.map(({ name, url }) => option(name, name, url)),
  ),
  templates: listed<api.MessageTemplate>(api.templatesQuery, (all) =>
    once(all.map(({ name, components }) => option(name, name, components.find(({ type }) => type === 'BODY')?.text))),
  ),
  scenarios: listed<{ key: string; name: string }>(api.scenariosQuery, (all) =>
    all.map(({ key, name }) => option(key, name, key)),
  ),
  quickReplies: listed<{ shortcut: string | null; title: string; shared: boolean }>(api.quickRepliesQuery, (all) =>
    all.flatMap(({ shortcut, title, shared }) => (shared && shortcut ? [option(shortcut, title, shortcut)] : [])),
  ),
}

/** What the words of this app or the document itself give. */
function givenOptions(source: Source, words: EditorWords, document: JsonMap): Option[] {
  const plain = (map: Record<string, string>) => Object.entries(map).map(([value, label]) => option(value, label))
  switch (source) {
    case 'channelKinds':
      return plain(words.field.channelKinds)
    case 'kinds':
      return plain(words.field.kinds)
    case 'authors':
      return plain(words.field.authors)
    case 'tags':
      return tagsIn(document).map((tag) => option(tag))
    default:
      return []
  }
}

const STALE_MS = 60_000

/** What can stand in a place; undefined: it is not known yet. */
export function useSuggestions(source: Source | undefined): readonly Option[] | undefined {
  const words = useEditorWords()
  const { document } = useEditor()
  const list = source === undefined ? undefined : LISTED[source]
  const { data } = useQuery({
    queryKey: list?.queryKey ?? ['scenario-editor', 'nothing'],
    queryFn: (context) => list?.queryFn(context as never) ?? [],
    enabled: list !== undefined,
    staleTime: STALE_MS,
  })
  return useMemo(() => {
    if (source === undefined) return undefined
    return list ? data && list.toOptions(data) : givenOptions(source, words, document)
  }, [source, list, data, words, document])
}

/** The same for who waits for it; what cannot be loaded is nothing. */
export async function loadSuggestions(
  client: QueryClient,
  source: Source,
  words: EditorWords,
  document: JsonMap,
): Promise<Option[]> {
  const list = LISTED[source]
  if (!list) return givenOptions(source, words, document)
  try {
    const items = await client.fetchQuery({
      queryKey: list.queryKey,
      queryFn: (context) => list.queryFn(context as never),
      staleTime: STALE_MS,
    })
    return list.toOptions(items)
  } catch {
    return []
  }
}

/** Tags that the document itself names. */
function tagsIn(document: JsonMap): string[] {
  const found = new Set<string>()
  const visit = (value: Json): void => {
    if (isList(value)) value.forEach(visit)
    if (!isJsonMap(value)) return
    for (const key of ['tag', 'untag']) {
      const tag = value[key]
      if (typeof tag === 'string' && tag !== '' && !tag.includes('{')) found.add(tag)
    }
    if (value.field === 'contact.tags' && typeof value.contains === 'string' && value.contains)
      found.add(value.contains)
    Object.values(value).forEach(visit)
  }
  visit(document)
  return [...found].sort()
}
