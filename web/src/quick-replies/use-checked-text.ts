import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { previewQuery, type TextPreview } from './api.ts'

const PAUSE_MS = 300

/** A text as it is checked and read in a task, each time the typing pauses. */
export function useCheckedText(
  text: string,
  taskId: string | null,
): { preview: TextPreview | undefined; current: boolean } {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    if (settled === text) return
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, settled])
  const query = useQuery({ ...previewQuery(settled, taskId), placeholderData: keepPreviousData })
  return { preview: query.data, current: settled === text && query.data !== undefined && !query.isPlaceholderData }
}
