import { createRootRoute, createRoute, Outlet } from '@tanstack/react-router'
import { AppShell } from './app-shell.tsx'
import { BrokenPage, MissingPage } from './missing-page.tsx'

export const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: BrokenPage,
})

/** Above every page of somebody who is signed in; each part of the app hangs its routes below it. */
export const appRoute = createRoute({ getParentRoute: () => rootRoute, id: 'app', component: AppShell })
