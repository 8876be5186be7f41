import { describeError } from '../../store/describe-error.ts'
import { liveHub } from '../../store/live/hub.ts'
import { liveNotifier } from '../../store/live/notify.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { newRoutes } from '../routes.ts'
import { attachmentRoutes } from './attachments.ts'
import { attentionRoutes } from './attention.ts'
import { bulkRoutes } from './bulk.ts'
import { buttonRoutes } from './buttons.ts'
import { commentRoutes } from './comments.ts'
import { contactRoutes } from './contacts.ts'
import { deliveryRoutes } from './deliveries.ts'
import { explainRoutes } from './explain.ts'
import { inboxMarkRoutes } from './inbox-marks.ts'
import { liveRoutes } from './live.ts'
import { outboundRoutes } from './outbound.ts'
import { phoneBookRoutes } from './phone-book.ts'
import { presenceRoutes } from './presence.ts'
import { sendLimitRoutes } from './send-limits.ts'
import { taskHistoryRoutes } from './task-history.ts'
import { taskQuickReplyRoutes } from './task-quick-replies.ts'
import { taskViewRoutes } from './task-views.ts'
import { taskRoutes } from './tasks.ts'

export interface Work {
  /** to be mounted at `/api` */
  routes: Routes
  /** Ends live streams; to be called before the database is closed. */
  stop(): Promise<void>
}

/** People's daily work: tasks, comments, files, contacts, deliveries, live updates. */
export function workRoutes(deps: HttpDeps): Work {
  const hub = liveHub(deps.database, (error) =>
    deps.log.warn({ error: describeError(error) }, 'live updates could not be read'),
  )

  const routes = newRoutes()
  const resources = [
    taskRoutes,
    inboxMarkRoutes,
    presenceRoutes,
    taskViewRoutes,
    commentRoutes,
    taskHistoryRoutes,
    contactRoutes,
    deliveryRoutes,
    attachmentRoutes,
    outboundRoutes,
    phoneBookRoutes,
    bulkRoutes,
    buttonRoutes,
    explainRoutes,
    attentionRoutes,
    taskQuickReplyRoutes,
    sendLimitRoutes,
  ]
  for (const resource of resources) routes.route('/', resource(deps))
  routes.route('/', liveRoutes(deps, hub))

  return {
    routes,
    async stop() {
      await hub.close()
      await liveNotifier(deps.database.pool).stop()
    },
  }
}
