import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { AppShell } from './app-shell.tsx'
import { InboxPage } from './inbox/inbox-page.tsx'
import { readInboxSearch } from './inbox/inbox-search.ts'
import { NoTask } from './inbox/no-task.tsx'
import { BrokenPage, MissingPage } from './missing-page.tsx'
import { TaskPage } from './task/task-page.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: MissingPage, errorComponent: BrokenPage })

const app = createRoute({ getParentRoute: () => root, id: 'app', component: AppShell })
const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox', replace: true })
  },
})
const inbox = createRoute({
  getParentRoute: () => app,
  path: '/inbox',
  component: InboxPage,
  validateSearch: readInboxSearch,
})
const noTask = createRoute({ getParentRoute: () => inbox, path: '/', component: NoTask })
const task = createRoute({ getParentRoute: () => inbox, path: '$taskId', component: TaskPage })
const channels = createRoute({
  getParentRoute: () => app,
  path: '/channels',
  component: lazyRouteComponent(() => import('./channels/channels-page.tsx'), 'ChannelsPage'),
})
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const routeTree = root.addChildren([app.addChildren([home, inbox.addChildren([noTask, task]), channels]), signIn])

export const createAppRouter = () => createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
