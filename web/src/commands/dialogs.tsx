import { type ComponentType, lazy, Suspense } from 'react'
import { createStore, useStore } from '../ui/store.ts'
import type { CommandGroup } from './commands.ts'

/** What stands above the whole app; `only`: the bar with the commands of one group. */
export type AppDialog = { name: 'bar'; only?: CommandGroup } | { name: 'shortcuts' } | { name: 'alerts' } | null

export const appDialog = createStore<AppDialog>(null)
const close = () => appDialog.set(null)

type Loaded<Props> = Promise<{ default: ComponentType<Props> }>
const CommandBar = lazy(
  (): Loaded<{ only?: CommandGroup | undefined; onClose: () => void }> =>
    import('./command-bar.tsx').then(({ CommandBar }) => ({ default: CommandBar })),
)
const ShortcutList = lazy(
  (): Loaded<{ onClose: () => void }> =>
    import('./shortcut-list.tsx').then(({ ShortcutList }) => ({ default: ShortcutList })),
)
const AlertsDialog = lazy(
  (): Loaded<{ onClose: () => void }> =>
    import('../alerts/alerts-dialog.tsx').then(({ AlertsDialog }) => ({ default: AlertsDialog })),
)

export function AppDialogs() {
  const shown = useStore(appDialog)
  if (shown === null) return null
  return (
    <Suspense>
      {shown.name === 'bar' && <CommandBar only={shown.only} onClose={close} />}
      {shown.name === 'shortcuts' && <ShortcutList onClose={close} />}
      {shown.name === 'alerts' && <AlertsDialog onClose={close} />}
    </Suspense>
  )
}
