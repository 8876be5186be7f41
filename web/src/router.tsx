import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { accountRoutes } from './account/routes.ts'
import { appRoute, rootRoute } from './app-route.ts'
import { attentionRoutes } from './attention/routes.ts'
import { channelRoutes } from './channels/routes.ts'
import { InboxPage } from './inbox/inbox-page.tsx'
import { readInboxSearch } from './inbox/inbox-search.ts'
import { NoTask } from './inbox/no-task.tsx'
import { mailingRoutes } from './mailings/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { quickReplyRoutes } from './quick-replies/routes.ts'
import { scenarioRoutes } from './scenarios/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { settingsShellRoute } from './settings/shell-route.ts'
import { loadTaskPage } from './task/load-task-page.ts'
import { readTaskSearch } from './task/task-search.ts'
import { templateRoutes } from './templates/routes.ts'

const home = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox', replace: true })
  },
})
const inbox = createRoute({
  getParentRoute: () => appRoute,
  path: '/inbox',
  component: InboxPage,
  validateSearch: readInboxSearch,
})
const noTask = createRoute({ getParentRoute: () => inbox, path: '/', component: NoTask })
const task = createRoute({
  getParentRoute: () => inbox,
  path: '$taskId',
  component: lazyRouteComponent(loadTaskPage, 'TaskPage'),
  validateSearch: readTaskSearch,
})
const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const routeTree = rootRoute.addChildren([
  appRoute.addChildren([
    home,
    inbox.addChildren([noTask, task]),
    ...mailingRoutes,
    ...templateRoutes,
    ...scenarioRoutes,
    ...attentionRoutes,
    ...channelRoutes,
    settingsShellRoute.addChildren([...settingsRoutes, ...quickReplyRoutes, ...peopleRoutes]),
    ...accountRoutes,
  ]),
  signIn,
])

export const createAppRouter = () => createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
