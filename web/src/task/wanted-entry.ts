import { useEffect, useEffectEvent } from 'react'

interface Wishes {
  entry: (commentId: string) => void
  day: (day: Date) => void
}

const feeds = new Map<string, Wishes>()

/** Takes the reader of a task's feed to an entry of it. */
export const showEntry = (taskId: string, commentId: string): void => feeds.get(taskId)?.entry(commentId)

/** Takes the reader of a task's feed to a day. */
export const showDay = (taskId: string, day: Date): void => feeds.get(taskId)?.day(day)

/** For the feed itself: where others want it to be. */
export function useWanted(taskId: string, wishes: Wishes): void {
  const entry = useEffectEvent(wishes.entry)
  const day = useEffectEvent(wishes.day)
  useEffect(() => {
    const mine: Wishes = { entry: (id) => entry(id), day: (at) => day(at) }
    feeds.set(taskId, mine)
    return () => {
      if (feeds.get(taskId) === mine) feeds.delete(taskId)
    }
  }, [taskId])
}
