import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../app-route.ts'

export const accountRoutes = [
  createRoute({
    getParentRoute: () => appRoute,
    path: '/account/integrations',
    component: lazyRouteComponent(() => import('./integrations-page.tsx'), 'IntegrationsPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/account/integrations/messengers',
    component: lazyRouteComponent(() => import('./integrations-page.tsx'), 'MessengersPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/account/integrations/messengers/$messenger',
    component: lazyRouteComponent(() => import('./messenger-page.tsx'), 'MessengerPage'),
  }),
] as const
