import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffectEvent, useMemo, useRef } from 'react'
import { createPortal } from 'react-dom'
import { channelsQuery } from '../api/people.ts'
import type { OpenedTask } from '../api/types.ts'
import { type Command, useCommands } from '../commands/commands.ts'
import { useLiveEvents } from '../live/live-listeners.ts'
import { refetchSoon } from '../live/refetch-soon.ts'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { buttonsQuery, type TaskButton } from './button-api.ts'
import { PressedRun } from './pressed-run.tsx'
import { Section } from './section.tsx'
import { TaskButtonRow } from './task-button.tsx'
import { unmetWords } from './unmet-words.ts'
import { usePress } from './use-press.ts'
import { contactWords } from './words.ts'

const PressDialog = lazy(() => import('./press-dialog.tsx'))

/** As many as have a key of their own. */
const WITH_KEY = 9
const NONE: TaskButton[] = []

/** What can be started in this task by a person (M22). */
export function ButtonsSection({ task }: { task: OpenedTask }) {
  const common = useWords()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const query = useQuery(buttonsQuery(task.id))
  const channels = useQuery(channelsQuery).data
  const channel = channels?.find(({ id }) => id === task.channelId)?.name ?? common.contact.channel
  const who = { client: task.requester.name, channel }
  const buttons = query.data ?? NONE
  const here = useRef<HTMLUListElement>(null)
  const press = usePress(task.id, (scenarioId) => {
    // By its key a button is pressed while the panel is away, too.
    const label = buttons.find((one) => one.scenarioId === scenarioId)?.label
    if (label !== undefined && !here.current?.checkVisibility()) showToast(words.buttons.pressed(label))
  })

  useLiveEvents(({ name, taskId, contactId, scenarioId }) => {
    const changed = name === 'task' || name === 'comment' || name === 'contact' || name === 'channel'
    const concerns = taskId === task.id || contactId === task.requester.id || name === 'channel'
    // `run` names a scenario, too: only what became of the scenario itself changes its button.
    if ((changed && concerns) || (String(name) === 'scenario' && scenarioId !== null))
      refetchSoon(client, { queryKey: ['task-buttons', task.id] })
  })

  const pressOrSay = useEffectEvent((scenarioId: string) => {
    const button = buttons.find((one) => one.scenarioId === scenarioId)
    if (button?.enabled) return press.start(button)
    if (!button) return
    const reason = unmetWords(button.condition, words.unmet) ?? button.reason ?? ''
    showToast(words.buttons.disabledNow(button.label, reason))
  })
  useCommands(
    useMemo(
      () =>
        buttons.slice(0, WITH_KEY).map(
          ({ scenarioId, label }, index): Command => ({
            id: `button.${scenarioId}`,
            title: words.buttons.press(label),
            group: 'task',
            shortcut: { code: `Digit${index + 1}`, alt: true },
            run: () => pressOrSay(scenarioId),
          }),
        ),
      [buttons, words],
    ),
  )
  return (
    <>
      <Section name="buttons" title={words.buttons.title} count={buttons.length}>
        {query.data?.length === 0 && <p className="text-soft">{words.buttons.none}</p>}
        {query.error && !query.data && <Notice look="danger">{errorText(query.error)}</Notice>}
        <ul ref={here} className="space-y-1.5">
          {buttons.map((button, index) => (
            <li key={button.scenarioId}>
              <TaskButtonRow
                button={button}
                digit={index < WITH_KEY ? index + 1 : null}
                who={who}
                busy={press.busy === button.scenarioId}
                onPress={() => press.start(button)}
              />
              {press.failed?.scenarioId === button.scenarioId && (
                <Notice look="danger" urgent className="mt-1">
                  {errorText(press.failed.error)}
                </Notice>
              )}
              {press.pressed
                .filter(({ scenarioId }) => scenarioId === button.scenarioId)
                .map(({ runId }) => (
                  <PressedRun key={runId} runId={runId} onDismiss={() => press.dismiss(runId)} />
                ))}
            </li>
          ))}
        </ul>
      </Section>
      {press.asking &&
        createPortal(
          <Suspense fallback={null}>
            <PressDialog
              taskId={task.id}
              button={press.asking}
              who={who}
              onPressed={press.done}
              onClose={() => press.ask(null)}
            />
          </Suspense>,
          // Not in the panel: where that is hidden, a window in it would be, too.
          document.body,
        )}
    </>
  )
}
