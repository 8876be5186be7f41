import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Command as Cmdk } from 'cmdk'
import { type ReactNode, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { request } from '../api/request.ts'
import type { Page, Task } from '../api/types.ts'
import { StatusDot } from '../inbox/status-dot.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { Bar } from './bar.tsx'
import { allCommands, type Command, type CommandGroup } from './commands.ts'
import { Keys } from './keys.tsx'
import { noteCommand, recentCommands } from './recent-commands.ts'
import { FOUND_BY_SERVER, score } from './score.ts'
import { commandWords } from './words.ts'

const FOUND = 8
const PAUSE_MS = 150
const ORDER: readonly CommandGroup[] = ['task', 'write', 'list', 'go', 'create', 'app']

/** All that can be done here, and every task: by typing a part of its name. @param only the commands of one group */
export function CommandBar({ only, onClose }: { only?: CommandGroup | undefined; onClose: () => void }) {
  const words = useRoomWords(commandWords)
  const router = useRouter()
  const [typed, setTyped] = useState('')
  // As they were when the bar came up: it does not change under the hands of whoever chooses.
  const [commands] = useState(() =>
    allCommands().filter(
      ({ keyOnly, group, when }) => !keyOnly && (only === undefined || group === only) && (when?.() ?? true),
    ),
  )
  const [recent] = useState(() => {
    const known = new Map(commands.map((command) => [command.id, command]))
    return recentCommands().flatMap((id) => known.get(id) ?? [])
  })
  const q = usePaused(useDeferredValue(typed.trim()))
  const found = useFoundTasks(only === undefined ? q : '')

  const run = (work: () => void, id?: string) => {
    if (id !== undefined) noteCommand(id)
    onClose()
    // After the dialog has given the focus back, so that the command may place it.
    requestAnimationFrame(work)
  }
  const item = (command: Command, prefix = '') => (
    <Item
      key={prefix + command.id}
      value={`${prefix}${command.id}`}
      keywords={[command.title, command.keywords ?? '']}
      onSelect={() => run(command.run, command.id)}
    >
      <span className="min-w-0 flex-1 truncate">{command.title}</span>
      {command.shortcut && <Keys shortcut={command.shortcut} then={words.nextKey} className="max-sm:hidden" />}
    </Item>
  )
  const open = (task: Task) =>
    run(() => void router.navigate({ to: '/inbox/$taskId', params: { taskId: task.id }, search: (search) => search }))
  return (
    <Bar label={only === 'task' ? words.taskCommands : words.bar} onClose={onClose}>
      <Cmdk loop label={words.bar} filter={score}>
        <Cmdk.Input
          value={typed}
          onValueChange={setTyped}
          placeholder={words.placeholder}
          className="h-12 w-full border-b border-line bg-transparent px-4 text-[0.9375rem] outline-none placeholder:text-soft"
        />
        <Cmdk.List label={words.results} className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
          <Cmdk.Empty className="px-3 py-6 text-center text-soft">
            {found.isFetching ? words.searching : words.nothing}
          </Cmdk.Empty>
          {typed.trim() === '' && recent.length > 0 && (
            <Group heading={words.recent}>{recent.map((command) => item(command, 'recent '))}</Group>
          )}
          {found.error && (
            <p role="alert" className="px-3 py-2 text-[0.8125rem] text-danger">
              {words.searchFailed}
            </p>
          )}
          {found.tasks.length > 0 && (
            <Group heading={words.tasks}>
              {found.tasks.map((task) => (
                <Item key={task.id} value={`task ${task.id}`} keywords={[FOUND_BY_SERVER]} onSelect={() => open(task)}>
                  <StatusDot status={task.status} />
                  <span className="shrink-0 text-soft tabular-nums">#{task.number}</span>
                  <bdi className="min-w-0 flex-1 truncate">{task.requester.name}</bdi>
                  <bdi className="max-w-40 truncate text-xs text-soft max-sm:hidden">
                    {task.title === task.requester.name ? task.requester.phone : task.title}
                  </bdi>
                </Item>
              ))}
            </Group>
          )}
          {ORDER.map((group) => {
            const these = commands.filter((command) => command.group === group)
            return (
              these.length > 0 && (
                <Group key={group} heading={words.groups[group]}>
                  {these.map((command) => item(command))}
                </Group>
              )
            )
          })}
        </Cmdk.List>
      </Cmdk>
    </Bar>
  )
}

function useFoundTasks(q: string) {
  const query = useQuery({
    queryKey: ['found-tasks', q] as const,
    queryFn: ({ signal }) => request<Page<Task>>('GET', '/api/tasks', { query: { q, limit: FOUND }, signal }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const tasks = useMemo(() => (q === '' ? [] : (query.data?.items ?? [])), [q, query.data])
  return { tasks, error: q === '' ? null : query.error, isFetching: q !== '' && query.isFetching }
}

/** What was typed, once the typing pauses. */
function usePaused(value: string): string {
  const [paused, setPaused] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return value === '' ? '' : paused
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Cmdk.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-soft"
    >
      {children}
    </Cmdk.Group>
  )
}

interface ItemProps {
  value: string
  keywords: string[]
  onSelect: () => void
  children: ReactNode
}

const Item = ({ value, keywords, onSelect, children }: ItemProps) => (
  <Cmdk.Item
    value={value}
    keywords={keywords}
    onSelect={onSelect}
    className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-[0.8125rem] aria-selected:bg-selected pointer-coarse:min-h-11"
  >
    {children}
  </Cmdk.Item>
)
