import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../app-route.ts'

/** What of the page is in the address, so that a reload and the way back keep it. */
export interface TemplatesSearch {
  channel?: string
  /** the opened one */
  id?: string
}

export const templateRoutes = [
  createRoute({
    getParentRoute: () => appRoute,
    path: '/templates',
    validateSearch: ({ channel, id }: Record<string, unknown>): TemplatesSearch => ({
      ...(typeof channel === 'string' ? { channel } : {}),
      ...(typeof id === 'string' ? { id } : {}),
    }),
    component: lazyRouteComponent(() => import('./templates-page.tsx'), 'TemplatesPage'),
  }),
] as const
