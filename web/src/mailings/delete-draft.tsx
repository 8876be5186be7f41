import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { campaignsKey, deleteDraft } from './api.ts'
import { mailingWords } from './words.ts'

export function DeleteDraft({ id }: { id: string }) {
  const words = useRoomWords(mailingWords)
  const client = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const deletion = useMutation({
    mutationFn: () => deleteDraft(id),
    onSuccess: async () => {
      showToast(words.form.deleted)
      void client.invalidateQueries({ queryKey: campaignsKey })
      await navigate({ to: '/mailings' })
    },
  })
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {words.form.deleteDraft}
      </Button>
      {asking && (
        <Confirm
          title={words.form.deleteTitle}
          action={words.form.deleteDraft}
          look="danger"
          busy={deletion.isPending}
          error={deletion.error}
          onConfirm={() => deletion.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{words.form.deleteText}</p>
        </Confirm>
      )}
    </>
  )
}
