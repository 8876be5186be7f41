import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import { createScenario, scenarioQuery, scenariosKey, scenariosQuery } from './api.ts'

/** Makes a draft of a text and opens it. The same text that is sent again makes no second one. */
export function useCreate(onMade: () => void) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const attempt = useRef({ text: '', key: '' })
  return useMutation({
    mutationFn(text: string) {
      if (attempt.current.text !== text) attempt.current = { text, key: newKey() }
      return createScenario(text, attempt.current.key)
    },
    onSuccess(made) {
      client.setQueryData(scenarioQuery(made.id).queryKey, made)
      void client.invalidateQueries({ queryKey: scenariosKey })
      onMade()
      void navigate({ to: '/scenarios/$id', params: { id: made.id } })
    },
    onError(error) {
      // Nobody knows whether an unanswered one took effect: it keeps its key.
      if (error instanceof ApiFailure && !error.passing) attempt.current = { text: '', key: '' }
    },
  })
}

/** The ids that are taken. */
export function useTakenKeys(): ReadonlySet<string> {
  return new Set(useQuery(scenariosQuery).data?.map(({ key }) => key))
}
