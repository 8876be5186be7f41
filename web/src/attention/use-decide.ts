import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { newKey } from '../api/request.ts'
import type { Page } from '../api/types.ts'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type Decision, decide, type TroubledDelivery } from './api.ts'
import { attentionWords } from './words.ts'

/** What is decided is gone from the lists at once; they are asked for again in a moment. */
function leaveOut(client: QueryClient, id: string): void {
  client.setQueriesData<InfiniteData<Page<TroubledDelivery>>>(
    { queryKey: ['troubled'] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
      },
  )
}

type Which = Pick<TroubledDelivery, 'id' | 'attempt'>

/** Decides about messages, one after the other; what was refused is named, and keeps nothing else from being done. */
export function useDecide() {
  const words = useRoomWords(attentionWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  // One key for each decision on this attempt, so that a double click is one decision.
  const keys = useRef(new Map<string, string>())
  const keyOf = ({ id, attempt }: Which, decision: Decision) => {
    const name = `${id} ${attempt} ${decision}`
    const key = keys.current.get(name) ?? newKey()
    keys.current.set(name, key)
    return key
  }
  return useMutation({
    mutationFn: async ({ which, decision }: { which: readonly Which[]; decision: Decision }) => {
      const refused: unknown[] = []
      for (const one of which) {
        try {
          await decide(one.id, decision, keyOf(one, decision))
          leaveOut(client, one.id)
        } catch (error) {
          refused.push(error)
        }
      }
      // Alone, it is told where it stands.
      if (which.length === 1 && refused.length === 1) throw refused[0]
      return { decision, done: which.length - refused.length, refused }
    },
    onSuccess: ({ decision, done, refused }) => {
      keys.current.clear()
      if (done > 0) showToast(words.decide.done[decision](done))
      if (refused.length > 0) showToast(words.decide.refused(refused.length, errorText(refused[0])), { look: 'danger' })
    },
    onSettled: () => {
      for (const name of ['troubled', 'attention', 'feed']) void client.invalidateQueries({ queryKey: [name] })
    },
  })
}
