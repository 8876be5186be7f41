import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { askTrial, type TrialQuestion } from './trial.ts'

/** How long nobody types in the document before the chat is played anew. */
const PAUSE_MS = 400

/** What came of everything that happened, with the document as it stands; the answer before, while it is asked. */
export function useTrial(question: TrialQuestion) {
  const { document: text } = question
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  const asked = { ...question, document: settled }
  return useQuery({
    queryKey: ['scenario-editor', 'try', asked] as const,
    queryFn: ({ signal }) => askTrial(asked, signal),
    enabled: question.happened.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
}
