import { Dialog } from '../ui/dialog.tsx'
import { Checkbox } from '../ui/field.tsx'
import { useStore } from '../ui/store.ts'
import { useRoomWords } from '../words/room-words.ts'
import { allCommands, type Command, type CommandGroup, commandStore } from './commands.ts'
import { Keys } from './keys.tsx'
import { isSingleKey } from './shortcut.ts'
import { setSingleKeys, singleKeys } from './use-keys.ts'
import { commandWords } from './words.ts'

const ORDER: readonly CommandGroup[] = ['list', 'task', 'write', 'create', 'go', 'app']

/** Every key that does something on this screen. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  const words = useRoomWords(commandWords)
  useStore(commandStore)
  const single = useStore(singleKeys)
  const withKeys = allCommands().filter(({ shortcut }) => shortcut !== undefined)
  const groups = ORDER.map((group) => ({ group, commands: withKeys.filter((command) => command.group === group) }))
  return (
    <Dialog title={words.shortcuts} size="medium" onClose={onClose}>
      <Checkbox
        asSwitch
        label={words.singleKeys}
        hint={words.singleKeysHint}
        checked={single}
        onChange={({ target }) => setSingleKeys(target.checked)}
        className="mb-4"
      />
      <p className="mb-4 text-[0.8125rem] text-soft">{words.inList}</p>
      <div className="gap-x-8 sm:columns-2">
        {groups.map(
          ({ group, commands }) =>
            commands.length > 0 && (
              <section key={group} aria-label={words.groups[group]} className="mb-5 break-inside-avoid">
                <h3 className="mb-1.5 text-xs font-semibold text-soft">{words.groups[group]}</h3>
                <dl>
                  {commands.map((command) => (
                    <Line key={command.id} command={command} off={!single} then={words.nextKey} />
                  ))}
                </dl>
              </section>
            ),
        )}
      </div>
    </Dialog>
  )
}

function Line({ command: { title, shortcut }, off, then }: { command: Command; off: boolean; then: string }) {
  if (!shortcut) return null
  const dead = off && isSingleKey(shortcut)
  return (
    <div className="flex min-h-7 items-center justify-between gap-3 text-[0.8125rem]">
      <dt className={dead ? 'text-soft line-through' : ''}>{title.replace(/…$/, '')}</dt>
      <dd className={dead ? 'opacity-60' : ''}>
        <Keys shortcut={shortcut} then={then} />
      </dd>
    </div>
  )
}
