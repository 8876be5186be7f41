import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../app-route.ts'

/** Every page of the settings hangs below it, with the list of them beside it. Its children are named in router.tsx. */
export const settingsShellRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings-shell.tsx'), 'SettingsShell'),
})
