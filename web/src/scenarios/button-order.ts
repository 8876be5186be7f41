import type { ButtonLook } from './button-look.ts'

export interface Placed {
  id: string
  label: string
  look: ButtonLook
  priority: number
}

/** As `GET /api/tasks/:id/buttons` orders them: by position; then those without one, the highest priority first. */
export const placed = (buttons: readonly Placed[]): Placed[] =>
  buttons.toSorted((one, other) => {
    const [a, b] = [one.look.position ?? Number.MAX_SAFE_INTEGER, other.look.position ?? Number.MAX_SAFE_INTEGER]
    return a - b || other.priority - one.priority || (one.id < other.id ? -1 : 1)
  })
