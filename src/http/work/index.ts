import { describeError } from '../../store/describe-error.ts'
import { liveHub } from '../../store/live/hub.ts'
import { liveNotifier } from '../../store/live/notify.ts'
import { pruneLiveEvents } from '../../store/live/prune-live.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { newRoutes } from '../routes.ts'
import { attachmentRoutes } from './attachments.ts'
import { commentRoutes } from './comments.ts'
import { contactRoutes } from './contacts.ts'
import { deliveryRoutes } from './deliveries.ts'
import { liveRoutes } from './live.ts'
import { taskRoutes } from './tasks.ts'

export interface Work {
  /** to be mounted at `/api` */
  routes: Routes
  /** Ends live streams; to be called before the database is closed. */
  stop(): Promise<void>
}

const PRUNE_MS = 10 * 60_000

/** People's daily work: tasks, comments, files, contacts, deliveries, live updates. */
export function workRoutes(deps: HttpDeps): Work {
  const trouble = (what: string) => (error: unknown) => deps.log.warn({ error: describeError(error) }, what)
  const hub = liveHub(deps.database, trouble('live updates could not be read'))
  const pruning = setInterval(() => {
    pruneLiveEvents(deps.database).catch(trouble('old live updates could not be removed'))
  }, PRUNE_MS)
  pruning.unref()

  const routes = newRoutes()
  for (const resource of [taskRoutes, commentRoutes, contactRoutes, deliveryRoutes, attachmentRoutes]) {
    routes.route('/', resource(deps))
  }
  routes.route('/', liveRoutes(deps, hub))

  return {
    routes,
    async stop() {
      clearInterval(pruning)
      await hub.close()
      await liveNotifier(deps.database.pool).stop()
    },
  }
}
