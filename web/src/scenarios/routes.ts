import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../app-route.ts'
import { readCheckSearch } from './check-search.ts'
import { readRunSearch } from './run-filter.ts'
import { readVersionsSearch } from './versions-search.ts'

const list = createRoute({
  getParentRoute: () => appRoute,
  path: '/scenarios',
  component: lazyRouteComponent(() => import('./scenarios-page.tsx'), 'ScenariosPage'),
})
const scenario = createRoute({
  getParentRoute: () => appRoute,
  path: '/scenarios/$id',
  component: lazyRouteComponent(() => import('./scenario-page.tsx'), 'ScenarioPage'),
})
const edit = createRoute({
  getParentRoute: () => scenario,
  path: '/',
  component: lazyRouteComponent(() => import('./edit-part.tsx'), 'EditPart'),
})
const check = createRoute({
  getParentRoute: () => scenario,
  path: '/check',
  validateSearch: readCheckSearch,
  component: lazyRouteComponent(() => import('./check-part.tsx'), 'CheckPart'),
})
const dryRun = createRoute({
  getParentRoute: () => scenario,
  path: '/dry-run',
  component: lazyRouteComponent(() => import('./dry-run-part.tsx'), 'DryRunPart'),
})
const runsOfScenario = createRoute({
  getParentRoute: () => scenario,
  path: '/runs',
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import('./runs-part.tsx'), 'RunsPart'),
})
const versions = createRoute({
  getParentRoute: () => scenario,
  path: '/versions',
  validateSearch: readVersionsSearch,
  component: lazyRouteComponent(() => import('./versions-part.tsx'), 'VersionsPart'),
})
const look = createRoute({
  getParentRoute: () => scenario,
  path: '/look',
  component: lazyRouteComponent(() => import('./look-part.tsx'), 'LookPart'),
})
const runs = createRoute({
  getParentRoute: () => appRoute,
  path: '/runs',
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import('./runs-page.tsx'), 'RunsPage'),
})
const run = createRoute({
  getParentRoute: () => appRoute,
  path: '/runs/$runId',
  component: lazyRouteComponent(() => import('./run-page.tsx'), 'RunPage'),
})

export const scenarioRoutes = [
  list,
  scenario.addChildren([edit, check, dryRun, runsOfScenario, versions, look]),
  runs,
  run,
] as const
