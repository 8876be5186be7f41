import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Confirm } from '../ui/confirm.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { deleteQuickReply, type QuickReply } from './api.ts'
import { quickReplyWords } from './words.ts'

export function DeleteQuickReply({ quickReply, onClose }: { quickReply: QuickReply; onClose: () => void }) {
  const { app } = useWords()
  const words = useRoomWords(quickReplyWords).remove
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteQuickReply(quickReply.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['quick-replies'] })
      showToast(words.done(quickReply.title))
      onClose()
    },
  })
  return (
    <Confirm
      title={words.title}
      action={app.delete}
      look="danger"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p className="wrap-anywhere">
        {quickReply.shared ? words.shared(quickReply.title) : words.own(quickReply.title)}
      </p>
    </Confirm>
  )
}
