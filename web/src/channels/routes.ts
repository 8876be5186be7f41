import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../app-route.ts'
import type { ConnectionWay } from './api.ts'

const WAYS: readonly ConnectionWay[] = ['new_number', 'coexistence', 'instagram', 'third_party']

export const channelRoutes = [
  createRoute({
    getParentRoute: () => appRoute,
    path: '/channels',
    component: lazyRouteComponent(() => import('./channels-page.tsx'), 'ChannelsPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/channels/new',
    validateSearch: (search: Record<string, unknown>): { way?: ConnectionWay } => {
      const way = WAYS.find((known) => known === search.way)
      return way ? { way } : {}
    },
    component: lazyRouteComponent(() => import('./connect/connect-page.tsx'), 'ConnectPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/channels/signup',
    component: lazyRouteComponent(() => import('./connect/signup-page.tsx'), 'SignupPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/channels/$channelId',
    component: lazyRouteComponent(() => import('./channel/channel-page.tsx'), 'ChannelPage'),
  }),
] as const
