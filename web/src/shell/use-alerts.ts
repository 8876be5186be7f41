import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { tellAlertsBy, watchFocus } from '../alerts/alerts.ts'
import { useUnreadMark } from '../alerts/unread-mark.ts'
import { taskCountsQuery } from '../api/tasks.ts'
import type { Task } from '../api/types.ts'
import { previewText } from '../inbox/preview-text.ts'
import { inboxWords } from '../inbox/words.ts'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'

/** Calls whoever is not looking: by sound, by a notification, by a number in the tab's title. */
export function useAlerts(): void {
  const router = useRouter()
  const app = useWords()
  const inbox = useRoomWords(inboxWords)
  useUnreadMark(useQuery(taskCountsQuery).data?.unread ?? 0)
  useEffect(watchFocus, [])
  useEffect(() => {
    const open = ({ id }: Task) => void router.navigate({ to: '/inbox/$taskId', params: { taskId: id }, search: {} })
    tellAlertsBy({
      title: ({ requester }) => requester.name,
      body: (task, shown) => (shown && task.preview ? previewText(task.preview, app, inbox) : inbox.newMessage),
      open,
      back: (task) =>
        showToast(inbox.backFromSnooze(task.requester.name), {
          action: { label: inbox.openTask, run: () => open(task) },
        }),
    })
    return () => tellAlertsBy(null)
  }, [router, app, inbox])
}
