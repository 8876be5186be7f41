import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { settingsShellRoute } from '../settings/shell-route.ts'

export const quickReplyRoutes = [
  createRoute({
    getParentRoute: () => settingsShellRoute,
    path: '/quick-replies',
    component: lazyRouteComponent(() => import('./quick-replies-page.tsx'), 'QuickRepliesPage'),
  }),
] as const
