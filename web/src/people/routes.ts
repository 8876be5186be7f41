import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { settingsShellRoute } from '../settings/shell-route.ts'

const page = {
  people: () => import('./people-page.tsx'),
  groups: () => import('./groups-page.tsx'),
  tokens: () => import('./tokens-page.tsx'),
  sessions: () => import('./sessions-page.tsx'),
}

export const peopleRoutes = [
  createRoute({
    getParentRoute: () => settingsShellRoute,
    path: '/people',
    component: lazyRouteComponent(page.people, 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: () => settingsShellRoute,
    path: '/groups',
    component: lazyRouteComponent(page.groups, 'GroupsPage'),
  }),
  createRoute({
    getParentRoute: () => settingsShellRoute,
    path: '/tokens',
    component: lazyRouteComponent(page.tokens, 'TokensPage'),
  }),
  createRoute({
    getParentRoute: () => settingsShellRoute,
    path: '/sessions',
    component: lazyRouteComponent(page.sessions, 'SessionsPage'),
  }),
] as const
