import { useEffect, useEffectEvent } from 'react'
import type { Mode } from './draft-store.ts'

const composers = new Set<(mode: Mode) => void>()

/**
 * Puts the cursor into the composer of the task on the screen. A message that cannot go out now stays a comment.
 * @returns false where there is no composer
 */
export function focusComposer(mode: Mode): boolean {
  const composer = [...composers].at(-1)
  composer?.(mode)
  return composer !== undefined
}

/** For the composer itself: what is to happen when somebody asks for it. */
export function useFocusComposer(onFocus: (mode: Mode) => void): void {
  const focus = useEffectEvent(onFocus)
  useEffect(() => {
    const composer = (mode: Mode) => focus(mode)
    composers.add(composer)
    return () => {
      composers.delete(composer)
    }
  }, [])
}
