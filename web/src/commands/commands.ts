import { useEffect, useId } from 'react'
import { createStore } from '../ui/store.ts'
import type { Shortcut } from './shortcut.ts'

export type CommandGroup = 'go' | 'list' | 'task' | 'write' | 'create' | 'app'

/** Something that can be done now, by a key or from the command bar. */
export interface Command {
  /** Unique and stable, such as `task.assign-to-me`. */
  id: string
  title: string
  group: CommandGroup
  shortcut?: Shortcut
  /** Other words that it is found by. */
  keywords?: string
  /** Only a key: not in the command bar. */
  keyOnly?: boolean
  /** Goes on while the key is held down. */
  repeats?: boolean
  /** Can it be done just now? Else the bar does not offer it, and its key does nothing. */
  when?: () => boolean
  run: () => void
}

const registered = createStore<ReadonlyMap<string, readonly Command[]>>(new Map())

/** All that can be done on this screen. Of two with one id or one key, the one that came last stands. */
export const allCommands = (): Command[] => {
  const byId = new Map([...registered.get().values()].flat().map((command) => [command.id, command]))
  return [...byId.values()]
}

export { registered as commandStore }

/**
 * Offers commands for as long as the component is there.
 * @param commands the same array as long as nothing changes (`useMemo`)
 */
export function useCommands(commands: readonly Command[]): void {
  const owner = useId()
  useEffect(() => {
    registered.update((map) => new Map(map).set(owner, commands))
    return () =>
      registered.update((map) => {
        const rest = new Map(map)
        rest.delete(owner)
        return rest
      })
  }, [owner, commands])
}
