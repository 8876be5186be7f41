import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Finding } from '../scenario-editor/scenario-editor.tsx'
import { findingsQuery } from './api.ts'

/** How long nobody types before it is checked. */
const PAUSE_MS = 400
const NONE: readonly Finding[] = []

/** What can be said against a text; while it changes, what was said of the text before. */
export function useFindings(text: string, mayCheck: boolean): { findings: readonly Finding[]; isChecking: boolean } {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  const check = useQuery({ ...findingsQuery(settled), enabled: mayCheck, placeholderData: keepPreviousData })
  return { findings: check.data?.findings ?? NONE, isChecking: check.isFetching || settled !== text }
}
