import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useEffectEvent, useReducer, useRef } from 'react'
import { ApiFailure } from '../api/request.ts'
import { connectionState } from '../live/connection.ts'
import { useStore } from '../ui/store.ts'
import { type Scenario, saveDraft, scenarioQuery, scenariosQuery } from './api.ts'
import { canSave, changed, type DraftState, firstState, isUnsaved } from './draft-state.ts'
import { keep, readKept } from './draft-store.ts'

/** How long nobody types before it is saved. */
const PAUSE_MS = 700
const RETRY_MS = 3_000

export interface OpenDraft {
  state: DraftState
  /** false: it can be read only */
  mayChange: boolean
  error: unknown
  change: (text: string) => void
  keepMine: () => void
  takeTheirs: () => void
  retry: () => void
  /** Saves what is not saved yet. @returns the scenario as the server has it; null: it could not be saved */
  flush: () => Promise<Scenario | null>
}

const DraftContext = createContext<OpenDraft | null>(null)
export const DraftProvider = DraftContext.Provider

export function useOpenDraft(): OpenDraft {
  const draft = useContext(DraftContext)
  if (!draft) throw new Error('useOpenDraft needs a DraftProvider above it')
  return draft
}

/**
 * The draft of a scenario while it is open: saved by itself after a pause, kept in this browser until then, and never
 * written over what a colleague has saved meanwhile.
 */
export function useDraft(scenario: Scenario, mayChange: boolean): OpenDraft {
  const client = useQueryClient()
  const { id } = scenario
  const server = { text: scenario.draft.text, updatedAt: scenario.updatedAt }
  const [state, tell] = useReducer(changed, null, () => firstState(server, mayChange ? readKept(id) : null))
  const newest = useRef(state)
  newest.current = state
  const error = useRef<unknown>(null)
  const connection = useStore(connectionState)

  useEffect(() => {
    tell({ kind: 'heard', server: { text: scenario.draft.text, updatedAt: scenario.updatedAt } })
  }, [scenario.draft.text, scenario.updatedAt])

  async function save(): Promise<Scenario | null> {
    const { text, base } = newest.current
    tell({ kind: 'sent' })
    try {
      const saved = await saveDraft(id, text, base.updatedAt)
      error.current = null
      tell({ kind: 'saved', updatedAt: saved.updatedAt })
      client.setQueryData(scenarioQuery(id).queryKey, saved)
      void client.invalidateQueries({ queryKey: scenariosQuery.queryKey, refetchType: 'none' })
      return saved
    } catch (failure) {
      error.current = failure
      const theirs = overtakenBy(failure)
      if (theirs) tell({ kind: 'overtaken', by: theirs })
      else tell({ kind: 'failed', problem: failure instanceof ApiFailure && failure.passing ? 'offline' : 'refused' })
      return null
    }
  }
  const onPause = useEffectEvent(() => void save())

  // What is typed stays in this browser until the server has it.
  useEffect(() => {
    if (mayChange) keep(id, isUnsaved(state) ? { text: state.text, updatedAt: state.base.updatedAt } : null)
  }, [id, mayChange, state])

  const ready = mayChange && canSave(state)
  const pause = state.problem === 'offline' ? RETRY_MS : PAUSE_MS
  // biome-ignore lint/correctness/useExhaustiveDependencies: every further letter begins the pause anew; a connection that is back ends it
  useEffect(() => {
    if (!ready) return
    const timer = setTimeout(onPause, pause)
    return () => clearTimeout(timer)
  }, [ready, pause, state.text, connection])

  return {
    state,
    mayChange,
    error: error.current,
    change: (text) => tell({ kind: 'typed', text }),
    keepMine: () => tell({ kind: 'mine' }),
    takeTheirs: () => tell({ kind: 'theirs' }),
    retry: () => void save(),
    async flush() {
      for (let round = 0; round < 50 && newest.current.saving !== null; round++) await pass(100)
      if (newest.current.conflict) return null
      if (isUnsaved(newest.current)) return save()
      return client.fetchQuery({ ...scenarioQuery(id), staleTime: 0 })
    },
  }
}

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The draft of a refusal that says that somebody else was faster. */
function overtakenBy(failure: unknown) {
  if (!(failure instanceof ApiFailure) || failure.code !== 'changed_meanwhile') return null
  const { updatedAt, draft } = failure.details as { updatedAt: string; draft: { text: string } }
  return { text: draft.text, updatedAt }
}
