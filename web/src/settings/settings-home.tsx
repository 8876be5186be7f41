import { Navigate } from '@tanstack/react-router'

/** Beside the list something is open; on a narrow screen the list is the page. */
export function SettingsHome() {
  return matchMedia('(width >= 48rem)').matches ? <Navigate to="/settings/appearance" replace /> : null
}
