import { startTransition, useEffect, useState } from 'react'

/** In a tab that nobody looks at no frame comes. */
const LATEST_MS = 200

/**
 * False until what is drawn first has been painted: what can come a moment later does not keep it waiting. Then true, and
 * what that draws gives way to whatever a person does meanwhile.
 */
export function useAfterPaint(): boolean {
  const [painted, setPainted] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const show = () => startTransition(() => setPainted(true))
    // A frame is announced before it is painted.
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer)
      timer = setTimeout(show)
    })
    timer = setTimeout(show, LATEST_MS)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [])
  return painted
}
