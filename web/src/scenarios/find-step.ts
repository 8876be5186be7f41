type Step = Record<string, unknown>

/** A step by its id, wherever in the tree of steps it stands. */
export function findStep(value: unknown, id: string): Step | null {
  if (Array.isArray(value)) {
    for (const entry of value) {
      const found = findStep(entry, id)
      if (found) return found
    }
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const step = value as Step
  if (step.id === id && Object.keys(step).length > 1) return step
  for (const entry of Object.values(step)) {
    const found = findStep(entry, id)
    if (found) return found
  }
  return null
}
