import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { channelListQuery } from '../../channels/api.ts'
import { Badge } from '../../ui/badge.tsx'
import { LINK_BUTTON } from '../../ui/link-button.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { settingsWords } from '../words.ts'
import { taskTemplatesQuery } from './api.ts'
import { taskTemplateWords } from './words.ts'

/** What new tasks are made from, and which channels use it (M9). */
export function TaskTemplatesPage() {
  const { pages } = useRoomWords(settingsWords)
  const words = useRoomWords(taskTemplateWords)
  const templates = useQuery(taskTemplatesQuery)
  const channels = useQuery(channelListQuery).data ?? []
  const create = (
    <Link to="/settings/task-templates/$templateId" params={{ templateId: 'new' }} className={LINK_BUTTON}>
      <Plus size={16} aria-hidden="true" />
      {words.create}
    </Link>
  )
  return (
    <Page title={pages.taskTemplates} intro={words.intro} actions={create}>
      <Loaded query={templates}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={words.empty} hint={words.emptyHint} />
          ) : (
            <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel">
              {items.map((template) => {
                const users = channels.filter(({ taskTemplateId }) => taskTemplateId === template.id)
                return (
                  <li key={template.id}>
                    <Link
                      to="/settings/task-templates/$templateId"
                      params={{ templateId: template.id }}
                      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover"
                    >
                      <span className="min-w-0">
                        <span className="block truncate font-medium">{template.name}</span>
                        <span className="block truncate text-[0.8125rem] text-soft">
                          {users.length > 0 ? words.usedBy(users.map(({ name }) => name).join(', ')) : words.unused}
                        </span>
                      </span>
                      <Badge>{words.statusCount(template.statuses.length)}</Badge>
                    </Link>
                  </li>
                )
              })}
            </ul>
          )
        }
      </Loaded>
    </Page>
  )
}
