import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRoute, z } from '@hono/zod-openapi'
import { readDocument } from '../domain/scenario/document/read-document.ts'
import type { Routes } from './context.ts'
import { answer, newRoutes, refusals } from './routes.ts'

const GalleryScenario = z
  .object({
    key: z.string(),
    name: z.string(),
    description: z.string(),
    kind: z.enum(['scenario', 'button']),
    event: z.string().nullable().openapi({ description: 'What starts it; null: a person' }),
    text: z.string().openapi({ description: 'YAML; give it to `POST /api/scenarios`' }),
  })
  .openapi('GalleryScenario')
type GalleryScenario = z.output<typeof GalleryScenario>

const list = createRoute({
  method: 'get',
  path: '/scenarios/gallery',
  tags: ['Scenarios'],
  summary: 'Ready scenarios to begin with; their groups, calendars and templates are examples',
  responses: {
    200: answer('The gallery', z.object({ items: z.array(GalleryScenario), next: z.null() })),
    ...refusals(401),
  },
})

/** Beside the built program, else in the source tree. */
const PLACES = ['gallery', '../../docs/gallery'].map((place) => join(import.meta.dirname, place))

async function readGallery(): Promise<GalleryScenario[]> {
  const directory = PLACES.find((place) => existsSync(place))
  if (!directory) return []
  const files = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(files.map(async (file) => entryOf(await readFile(join(directory, file), 'utf8'))))
}

function entryOf(text: string): GalleryScenario {
  const read = readDocument(text)
  if (!read.ok) throw new Error(`a scenario of the gallery cannot be read: ${read.problems[0]?.message}`)
  const { id, name, trigger } = read.document
  return {
    key: id,
    name,
    description: descriptionOf(text),
    ...('button' in trigger ? { kind: 'button', event: null } : { kind: 'scenario', event: trigger.event }),
    text,
  }
}

/** The comment at the beginning. */
const descriptionOf = (text: string): string =>
  (/^(?:#.*\n)*/.exec(text)?.[0] ?? '')
    .split('\n')
    .map((line) => line.replace(/^#\s?/, ''))
    .join(' ')
    .trim()

/** Read once: what stands there comes with the program. */
export function scenarioGalleryRoutes(): Routes {
  let gallery: Promise<GalleryScenario[]> | null = null
  return newRoutes().openapi(list, async (c) => {
    gallery ??= readGallery()
    return c.json({ items: await gallery, next: null }, 200)
  })
}
