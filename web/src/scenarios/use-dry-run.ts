import { useEffect, useRef, useState } from 'react'
import type { DryRunReport } from './dry-run-api.ts'
import { added, NO_REPORT, type WholeReport } from './dry-run-report.ts'

export interface DryRunState {
  /** `idle`: not asked yet; `cancelled`: what is shown is not all */
  phase: 'idle' | 'running' | 'done' | 'cancelled' | 'failed'
  report: WholeReport
  pages: number
  error: unknown
}

const IDLE: DryRunState = { phase: 'idle', report: NO_REPORT, pages: 0, error: null }

/** Plays page after page until there is no more, somebody stops it, or the place is left. */
export function useDryRun(page: (cursor: string | null, signal: AbortSignal) => Promise<DryRunReport>) {
  const [state, setState] = useState(IDLE)
  const current = useRef<AbortController | null>(null)
  useEffect(() => () => current.current?.abort(), [])

  async function start() {
    current.current?.abort()
    const controller = new AbortController()
    current.current = controller
    let made: DryRunState = { ...IDLE, phase: 'running' }
    setState(made)
    try {
      let cursor: string | null = null
      do {
        const next: DryRunReport = await page(cursor, controller.signal)
        cursor = next.next
        made = { ...made, report: added(made.report, next), pages: made.pages + 1 }
        if (!controller.signal.aborted) setState(made)
      } while (cursor !== null && !controller.signal.aborted)
      if (!controller.signal.aborted) setState({ ...made, phase: 'done' })
    } catch (error) {
      if (!controller.signal.aborted) setState({ ...made, phase: 'failed', error })
    }
  }

  function cancel() {
    current.current?.abort()
    setState((was) => (was.phase === 'running' ? { ...was, phase: 'cancelled' } : was))
  }
  return { state, start: () => void start(), cancel }
}
