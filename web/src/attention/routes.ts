import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../app-route.ts'

export const attentionRoutes = [
  createRoute({
    getParentRoute: () => appRoute,
    path: '/attention',
    component: lazyRouteComponent(() => import('./attention-page.tsx'), 'AttentionPage'),
  }),
] as const
