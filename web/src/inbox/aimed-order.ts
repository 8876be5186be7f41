import { useEffect, useMemo, useRef, useState } from 'react'
import type { Task } from '../api/types.ts'

/** So long after the pointer last moved over the list somebody may still be about to press. */
const AIM_MS = 600

/**
 * The list holds still under a pointer that moves in it: a row that comes to the front between the look and the press would
 * have another client's conversation opened. What rows say goes on being true; their order follows when the pointer rests.
 * @param list says which list it is: another one is shown as it is
 */
export function useAimedOrder(tasks: Task[], list: string) {
  const [aiming, setAiming] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const shown = useRef({ list, tasks })
  const rest = () => setAiming(false)
  const aim = () => {
    setAiming(true)
    clearTimeout(timer.current)
    timer.current = setTimeout(rest, AIM_MS)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const ordered = useMemo(
    () => (aiming && shown.current.list === list ? inOrderOf(shown.current.tasks, tasks) : tasks),
    [aiming, tasks, list],
  )
  useEffect(() => {
    shown.current = { list, tasks: ordered }
  }, [ordered, list])
  return { tasks: ordered, pointer: { onPointerMove: aim, onPointerDown: aim, onPointerLeave: rest } }
}

/** Tasks as they are now where they stood before, also those that have left; new ones at the end. */
export function inOrderOf(before: readonly Task[], now: readonly Task[]): Task[] {
  const byId = new Map(now.map((task) => [task.id, task]))
  const held = before.map((task) => byId.get(task.id) ?? task)
  const known = new Set(before.map(({ id }) => id))
  return [...held, ...now.filter(({ id }) => !known.has(id))]
}
