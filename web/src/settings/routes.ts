import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { settingsShellRoute } from './shell-route.ts'

const getParentRoute = () => settingsShellRoute

export const settingsRoutes = [
  createRoute({
    getParentRoute,
    path: '/',
    component: lazyRouteComponent(() => import('./settings-home.tsx'), 'SettingsHome'),
  }),
  createRoute({
    getParentRoute,
    path: '/appearance',
    component: lazyRouteComponent(() => import('./personal/appearance-page.tsx'), 'AppearancePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/account',
    component: lazyRouteComponent(() => import('./account-page/account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/task-templates',
    component: lazyRouteComponent(() => import('./task-templates/task-templates-page.tsx'), 'TaskTemplatesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/task-templates/$templateId',
    component: lazyRouteComponent(() => import('./task-templates/task-template-page.tsx'), 'TaskTemplatePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/calendars',
    component: lazyRouteComponent(() => import('./calendars/calendars-page.tsx'), 'CalendarsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/calendars/$calendarId',
    component: lazyRouteComponent(() => import('./calendars/calendar-page.tsx'), 'CalendarPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/endpoints',
    component: lazyRouteComponent(() => import('./endpoints/endpoints-page.tsx'), 'EndpointsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/webhooks',
    component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/webhooks/incoming',
    component: lazyRouteComponent(() => import('./webhooks/incoming-page.tsx'), 'IncomingPage'),
  }),
] as const
