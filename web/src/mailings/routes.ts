import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../app-route.ts'

export const mailingRoutes = [
  createRoute({
    getParentRoute: () => appRoute,
    path: '/mailings',
    component: lazyRouteComponent(() => import('./campaigns-page.tsx'), 'CampaignsPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/mailings/new',
    validateSearch: ({ draft }: Record<string, unknown>): { draft?: string } =>
      typeof draft === 'string' ? { draft } : {},
    component: lazyRouteComponent(() => import('./new-campaign-page.tsx'), 'NewCampaignPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/mailings/campaigns/$campaignId',
    component: lazyRouteComponent(() => import('./campaign-page.tsx'), 'CampaignPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/mailings/bulk',
    component: lazyRouteComponent(() => import('./bulk-page.tsx'), 'BulkPage'),
  }),
  createRoute({
    getParentRoute: () => appRoute,
    path: '/mailings/bulk/$clusterId',
    component: lazyRouteComponent(() => import('./cluster-page.tsx'), 'ClusterPage'),
  }),
] as const
