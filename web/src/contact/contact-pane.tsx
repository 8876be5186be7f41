import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { channelsQuery, contactQuery } from '../api/people.ts'
import type { Contact, OpenedTask } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import type { Words } from '../words/en.ts'
import { useLanguage } from '../words/language.tsx'
import { OtherTasks } from './other-tasks.tsx'
import { People } from './people.tsx'
import { StatusSelect } from './status-select.tsx'

/** The right pane: who the client is, and what is known of the task. */
export function ContactPane({ task }: { task: OpenedTask }) {
  const { words, formats } = useLanguage()
  const contact = useQuery(contactQuery(task.requester.id)).data
  const channel = useQuery(channelsQuery).data?.find(({ id }) => id === task.channelId)
  const name = contact?.name ?? task.requester.name
  const phone = contact?.phone ?? task.requester.phone
  return (
    <aside aria-label={words.task.details} className="divide-y divide-line text-[0.8125rem]">
      <header className="flex items-center gap-2 px-2 py-2 lg:hidden">
        <Link
          to="/inbox/$taskId"
          params={{ taskId: task.id }}
          search={({ view, q }) => ({ ...(view ? { view } : {}), ...(q ? { q } : {}) })}
          aria-label={words.app.back}
          className="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover pointer-coarse:size-11"
        >
          <ChevronLeft size={20} aria-hidden="true" />
        </Link>
        <span className="font-semibold">{words.task.details}</span>
      </header>
      <section aria-label={words.contact.title} className="p-4">
        <div className="mb-3 flex items-center gap-3">
          <Avatar name={name} id={task.requester.id} />
          <div className="min-w-0">
            <h2 className="truncate text-sm font-semibold">
              <bdi>{name}</bdi>
            </h2>
            {phone ? (
              <a href={`tel:${phone}`} className="text-accent hover:underline">
                {phone}
              </a>
            ) : (
              <p className="text-soft">{words.contact.noPhone}</p>
            )}
          </div>
        </div>
        {contact?.optedOut && (
          <p className="mb-2 rounded-md bg-warning-ground px-2 py-1 text-warning">{words.contact.optedOut}</p>
        )}
        {contact && contact.identities.length > 0 && (
          <Fact label={words.contact.identities}>
            <ul className="space-y-0.5">
              {contact.identities.map((identity) => (
                <li key={identity.id} className="flex justify-between gap-3">
                  <span className="text-soft">{kindName(identity.kind, words)}</span>
                  <span className="min-w-0 truncate tabular-nums" title={identity.value}>
                    {identity.value}
                    {identity.retiredAt && <span className="text-soft"> ({words.contact.retired})</span>}
                  </span>
                </li>
              ))}
            </ul>
          </Fact>
        )}
        {contact && contact.tags.length > 0 && (
          <Fact label={words.contact.tags}>
            <p className="flex flex-wrap gap-1">
              {contact.tags.map((tag) => (
                <bdi key={tag} className="rounded-full border border-line bg-raised px-2 text-xs leading-5">
                  {tag}
                </bdi>
              ))}
            </p>
          </Fact>
        )}
      </section>
      <section aria-label={words.contact.task} className="p-4">
        <h2 className="mb-3 font-semibold">{words.task.number(task.number)}</h2>
        <StatusSelect task={task} />
        <People task={task} />
        {channel && <Fact label={words.contact.channel}>{channel.name}</Fact>}
        <Fact label={words.contact.created}>{formats.moment(new Date(task.createdAt))}</Fact>
      </section>
      <OtherTasks task={task} />
    </aside>
  )
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="mt-3">
      <h3 className="mb-0.5 text-xs text-soft">{label}</h3>
      {children}
    </div>
  )
}

function kindName(kind: Contact['identities'][number]['kind'], words: Words): string {
  const kinds: Record<string, string> = words.contact.identityKinds
  return kinds[kind] ?? kind
}
