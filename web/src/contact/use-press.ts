import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import { pressButton, type TaskButton } from './button-api.ts'

/** A second press within this time is the same one: a double click starts one run. */
const SAME_PRESS_MS = 600

export interface Pressed {
  scenarioId: string
  runId: string
}

/**
 * Presses buttons: at once, or after a window that asks for inputs or for a yes.
 * @param onPressed told of every press that began a run
 */
export function usePress(taskId: string, onPressed: (scenarioId: string) => void) {
  const client = useQueryClient()
  const [asking, setAsking] = useState<TaskButton | null>(null)
  const [pressed, setPressed] = useState<Pressed[]>([])
  const last = useRef({ scenarioId: '', at: 0 })
  const done = (one: Pressed) => {
    setAsking(null)
    // The result of an earlier press of the same button makes room.
    setPressed((all) => [...all.filter(({ scenarioId }) => scenarioId !== one.scenarioId), one])
    void client.invalidateQueries({ queryKey: ['task-runs', taskId] })
    onPressed(one.scenarioId)
  }
  const atOnce = useMutation({
    mutationFn: async ({ scenarioId, key }: { scenarioId: string; key: string }) => {
      const { runId } = await pressButton(taskId, scenarioId, {}, key)
      return { scenarioId, runId }
    },
    onSuccess: done,
  })
  return {
    asking,
    ask: setAsking,
    pressed,
    done,
    dismiss: (runId: string) => setPressed((all) => all.filter((one) => one.runId !== runId)),
    /** the button whose press is on its way */
    busy: atOnce.isPending ? atOnce.variables.scenarioId : null,
    failed: atOnce.error ? { scenarioId: atOnce.variables.scenarioId, error: atOnce.error } : null,
    start(button: TaskButton) {
      const { scenarioId } = button
      if (asking || atOnce.isPending) return
      const now = performance.now()
      if (last.current.scenarioId === scenarioId && now - last.current.at < SAME_PRESS_MS) return
      last.current = { scenarioId, at: now }
      if (button.inputs.length > 0 || button.confirm || button.reachesClient) setAsking(button)
      else atOnce.mutate({ scenarioId, key: newKey() })
    },
  }
}
