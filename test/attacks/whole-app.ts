import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UserId } from '../../src/domain/ids.ts'
import { webAppRoutes } from '../../src/http/web-app.ts'
import { webhookRoutes } from '../../src/http/webhooks.ts'
import { workRoutes } from '../../src/http/work/index.ts'
import { linkedFileRoutes } from '../../src/http/work/linked-files.ts'
import { startSession } from '../../src/store/access/sessions.ts'
import { diskFiles } from '../../src/store/disk-files.ts'
import { inTransaction, type Role } from '../../src/store/index.ts'
import { type Api, openApi } from '../http/api.ts'

/** Everything that server.ts mounts but for the simulator, which is no part of the product. */
export interface WholeApp extends Api {
  /** A person with the role, signed in: the `Cookie` header of their browser. */
  addPerson(role: Role): Promise<{ id: UserId; cookie: string }>
}

export async function openWholeApp(options: { publicUrl?: string } = {}): Promise<WholeApp> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-attacks-'))
  await mkdir(join(directory, 'web/assets'), { recursive: true })
  await writeFile(join(directory, 'web/index.html'), '<!doctype html><title>Parley</title>')
  await writeFile(join(directory, 'web/assets/app-1.js'), 'export {}')
  const stops: (() => Promise<void>)[] = []
  const api = await openApi({
    ...options,
    parts: (deps) => {
      deps.files = diskFiles(join(directory, 'files'))
      const work = workRoutes(deps)
      stops.push(() => work.stop())
      return [
        { mount: (app) => app.route('/', webhookRoutes(deps)) },
        { mount: (app) => app.route('/', linkedFileRoutes(deps)) },
        { mount: (app) => app.route('/api', work.routes) },
        { mount: (app) => app.route('/', webAppRoutes(join(directory, 'web'))), fallback: true },
      ]
    },
  })
  const isHttps = options.publicUrl?.startsWith('https:') ?? false
  return {
    ...api,
    async addPerson(role) {
      const id = await api.addUser(role, { email: `${randomUUID()}@example.test` })
      const token = await inTransaction(api.database.db, (tx) => startSession(tx, id, null))
      return { id, cookie: `${isHttps ? '__Host-' : ''}parley=${token}` }
    },
    async close() {
      for (const stop of stops) await stop()
      await api.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** An id that nothing has. */
export const NOBODYS = '01900000-0000-7000-8000-000000000000'

export interface Route {
  /** as in the table of roles: `post /api/users` */
  route: string
  method: string
  /** as in the document, with `{id}` */
  path: string
  /** with made-up ids */
  address: string
  /** content types that it takes; none: it takes no body */
  takes: string[]
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not
  operation: any
}

/** Every route of the API that the OpenAPI document names; what bridges call has a door of its own. */
export async function documentedRoutes(api: Api): Promise<{ routes: Route[]; schemas: Record<string, unknown> }> {
  const { json } = await api.owner('/api/openapi.json')
  type Operation = { requestBody?: { content: Record<string, object> } }
  const paths = Object.entries(json.paths as Record<string, Record<string, Operation>>)
  const routes = paths
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        route: `${method} ${path}`,
        method: method.toUpperCase(),
        path,
        address: path.replace(/\{version\}/g, '1').replace(/\{[^}]+\}/g, NOBODYS),
        takes: Object.keys(operation.requestBody?.content ?? {}),
        operation,
      })),
    )
  return { routes, schemas: json.components.schemas }
}
