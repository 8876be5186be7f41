import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { cx } from '../ui/class-names.ts'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import {
  type ListedScenario,
  type ScenarioSummary,
  scenarioQuery,
  scenariosKey,
  scenariosQuery,
  setEnabled,
} from './api.ts'
import { useMayChange } from './may-change.ts'
import { scenarioWords } from './words.ts'

/** Starts something new, or nothing any more; takes effect at once, with a way back. */
export function EnabledSwitch({ scenario }: { scenario: ScenarioSummary }) {
  const words = useRoomWords(scenarioWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const mayChange = useMayChange()
  const { id, name, published } = scenario
  // At once, without waiting for the cache.
  const [wanted, setWanted] = useState<boolean | null>(null)
  const enabled = wanted ?? scenario.enabled
  const show = (on: boolean) => {
    client.setQueryData(scenariosQuery.queryKey, (all: ListedScenario[] | undefined) =>
      all?.map((one) => (one.id === id ? { ...one, enabled: on } : one)),
    )
    client.setQueryData(scenarioQuery(id).queryKey, (one) => one && { ...one, enabled: on })
  }
  const change = useMutation({
    mutationFn: (on: boolean) => setEnabled(id, on),
    onMutate: show,
    onSuccess: (_, on) => {
      showToast(on ? words.switchedOn(name) : words.switchedOff(name), {
        action: { label: on ? words.undoOn : words.undoOff, run: () => change.mutate(!on) },
      })
    },
    onError: (error, on) => {
      setWanted(null)
      show(!on)
      showToast(errorText(error), { look: 'danger' })
    },
    async onSettled() {
      await client.invalidateQueries({ queryKey: scenariosKey })
      setWanted(null)
    },
  })
  const why = published ? (mayChange ? undefined : words.mayNot) : words.switchHint
  return (
    <label
      title={why}
      className={cx(
        'inline-flex min-h-6 items-center pointer-coarse:min-h-11',
        why ? 'cursor-not-allowed' : 'cursor-pointer',
      )}
    >
      <span className="sr-only">{words.switchOn(name)}</span>
      <input
        type="checkbox"
        role="switch"
        checked={published !== null && enabled}
        aria-checked={published !== null && enabled}
        disabled={why !== undefined || change.isPending}
        onChange={(event) => {
          setWanted(event.target.checked)
          change.mutate(event.target.checked)
        }}
        className="relative h-5 w-9 shrink-0 cursor-[inherit] appearance-none rounded-full bg-line-strong transition-colors before:absolute before:top-0.5 before:left-0.5 before:size-4 before:rounded-full before:bg-white before:transition-transform checked:bg-accent-fill checked:before:translate-x-4 disabled:opacity-60 forced-colors:appearance-auto"
      />
    </label>
  )
}
