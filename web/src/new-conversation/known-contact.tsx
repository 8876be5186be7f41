import { Link } from '@tanstack/react-router'
import type { Contact, Task } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { closeNewConversation } from './open-new-conversation.ts'
import { newConversationWords } from './words.ts'

interface KnownContactProps {
  contact: Contact
  tasks: Task[]
  channelId: string
}

/** The number is somebody's already: who it is, and where the talk with them goes on. */
export function KnownContact({ contact, tasks, channelId }: KnownContactProps) {
  const words = useRoomWords(newConversationWords)
  const active = tasks.filter(({ status }) => status.active)
  const joined = active.find((task) => task.channelId === channelId)
  return (
    <section aria-label={words.tasks} className="rounded-lg border border-line bg-hover p-3 text-[0.8125rem]">
      <div className="flex items-start gap-2.5">
        <Avatar name={contact.name} id={contact.id} />
        <div className="min-w-0">
          <p role="status">{words.known(contact.name)}</p>
          {contact.optedOut && <p className="text-warning">{words.optedOut}</p>}
          {joined && <p className="text-soft">{words.goesTo(joined.number)}</p>}
        </div>
      </div>
      {active.length === 0 && tasks.length === 0 && <p className="mt-2 text-soft">{words.noTasks}</p>}
      <ul className="mt-1.5">
        {active.slice(0, 4).map((task) => (
          <li key={task.id}>
            <Link
              to="/inbox/$taskId"
              params={{ taskId: task.id }}
              onClick={closeNewConversation}
              className="inline-flex min-h-7 max-w-full items-center gap-2 text-accent hover:underline pointer-coarse:min-h-11"
            >
              <span className="shrink-0">{words.openTask(task.number)}</span>
              <bdi className="truncate text-soft">{task.title}</bdi>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
