import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { versionsQuery } from './api.ts'
import type { Stretch } from './dry-run-api.ts'
import { DAY_MS, periodOf } from './dry-run-report.ts'
import { dryRunWords } from './dry-run-words.ts'
import { TaskSearch } from './task-search.tsx'

const PRESETS = { day: 2, week: 7, month: 30, quarter: 90 } as const
type Preset = keyof typeof PRESETS

export interface DryRunChoice {
  /** null: the draft */
  version: number | null
  preset: Preset | 'own'
  from: string
  to: string
  conversations: string[]
}

export const FIRST_CHOICE: DryRunChoice = { version: null, preset: 'week', from: '', to: '', conversations: [] }

/** What the API is asked for; null: there is no such time. */
export function stretchOf({ version, preset, from, to, conversations }: DryRunChoice, now: Date): Stretch | null {
  const period =
    preset === 'own' ? periodOf(from, to, now) : { from: new Date(now.getTime() - PRESETS[preset] * DAY_MS), to: now }
  if (!period) return null
  return {
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    ...(version !== null && { version }),
    ...(conversations.length > 0 && { conversationIds: conversations }),
  }
}

interface DryRunFormProps {
  scenarioId: string
  choice: DryRunChoice
  onChange: (choice: DryRunChoice) => void
  isWrong: boolean
}

/** Which text, over which days, in which conversations. */
export function DryRunForm({ scenarioId, choice, onChange, isWrong }: DryRunFormProps) {
  const words = useRoomWords(dryRunWords)
  const versions = useQuery(versionsQuery(scenarioId))
  const [isChoosing, setChoosing] = useState(false)
  const change = (part: Partial<DryRunChoice>) => onChange({ ...choice, ...part })
  const { conversations } = choice
  return (
    <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      <Select
        label={words.version}
        value={choice.version ?? ''}
        onChange={(event) => change({ version: Number(event.target.value) || null })}
        options={[
          { value: '', label: words.draft },
          ...(versions.data ?? []).map(({ version }) => ({ value: String(version), label: words.versionOf(version) })),
        ]}
      />
      <Select
        label={words.period}
        value={choice.preset}
        onChange={(event) => change({ preset: event.target.value as DryRunChoice['preset'] })}
        options={([...Object.keys(PRESETS), 'own'] as DryRunChoice['preset'][]).map((preset) => ({
          value: preset,
          label: words.presets[preset],
        }))}
      />
      <div>
        <p className="mb-1 text-[0.8125rem] text-soft">{words.where}</p>
        <div className="flex flex-wrap items-center gap-2">
          <Button className="h-9" onClick={() => setChoosing(true)}>
            {conversations.length === 0 ? words.everywhere : words.chosen(conversations.length)}
          </Button>
          {conversations.length > 0 && (
            <Button look="quiet" onClick={() => change({ conversations: [] })}>
              {words.clear}
            </Button>
          )}
        </div>
      </div>
      {choice.preset === 'own' && (
        <>
          <Field
            label={words.from}
            type="date"
            value={choice.from}
            onChange={(event) => change({ from: event.target.value })}
          />
          <Field
            label={words.to}
            type="date"
            value={choice.to}
            error={isWrong ? words.wrongPeriod : null}
            onChange={(event) => change({ to: event.target.value })}
          />
        </>
      )}
      {isChoosing && (
        <Dialog title={words.choose} size="medium" onClose={() => setChoosing(false)}>
          <TaskSearch>
            {({ conversationId }) => {
              const isAdded = conversations.includes(conversationId)
              return (
                <Button
                  small
                  disabled={isAdded}
                  onClick={() => change({ conversations: [...conversations, conversationId] })}
                >
                  {isAdded ? words.addedAlready : words.add}
                </Button>
              )
            }}
          </TaskSearch>
        </Dialog>
      )}
    </div>
  )
}
