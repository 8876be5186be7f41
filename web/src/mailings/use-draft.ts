import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAttemptKey } from '../new-conversation/use-attempt-key.ts'
import { type CampaignOrder, campaignsKey, createDraft, replaceDraft } from './api.ts'
import { canonical } from './canonical.ts'
import { unfinishedForm } from './unfinished-form.ts'

export interface KeptDraft {
  id: string
  /** what the server has (`canonical`) */
  order: string
}

/** The campaign on the server. What is saved already is not saved again. */
export function useDraft(first: KeptDraft | null) {
  const client = useQueryClient()
  const [draft, setDraft] = useState(first)
  const keyOf = useAttemptKey()
  async function save(order: CampaignOrder): Promise<string> {
    const text = canonical(order)
    if (draft?.order === text) return draft.id
    const saved = draft ? await replaceDraft(draft.id, order) : await createDraft(order, keyOf(order))
    client.setQueryData(['campaign', saved.id], saved)
    void client.invalidateQueries({ queryKey: campaignsKey })
    setDraft({ id: saved.id, order: text })
    unfinishedForm.set(null)
    return saved.id
  }
  return {
    id: draft?.id ?? null,
    isSaved: (order: CampaignOrder | null) => order !== null && draft?.order === canonical(order),
    save,
  }
}

export type Draft = ReturnType<typeof useDraft>
