import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import type { Words } from '../../words/en.ts'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { BackLink } from '../back-link.tsx'
import { type TaskTemplateValues, taskTemplatesQuery } from './api.ts'
import { TaskTemplateForm } from './task-template-form.tsx'
import { taskTemplateWords } from './words.ts'

/** The usual statuses, named in the language of who makes the template. */
const fresh = (words: Words): TaskTemplateValues => ({
  name: '',
  titlePattern: '{contact}',
  assigneeIds: [],
  extraAssigneeIds: [],
  statuses: (['new', 'in_progress', 'waiting', 'done', 'cancelled'] as const).map((key) => ({
    key,
    name: words.contact.statuses[key],
    active: key !== 'done' && key !== 'cancelled',
  })),
  fields: {},
})

/** One task template, or a new one. */
export function TaskTemplatePage() {
  const { templateId } = useParams({ from: '/app/settings/task-templates/$templateId' })
  const words = useRoomWords(taskTemplateWords)
  const common = useWords()
  const templates = useQuery(taskTemplatesQuery)
  const above = <BackLink link={{ to: '/settings/task-templates' }} label={words.back} />
  if (templateId === 'new') {
    return (
      <Page title={words.newTitle} above={above}>
        <TaskTemplateForm key="new" id={null} values={fresh(common)} />
      </Page>
    )
  }
  return (
    <Loaded query={templates}>
      {(items) => {
        const template = items.find(({ id }) => id === templateId)
        if (!template) return <Empty title={words.missing}>{above}</Empty>
        const { id, name, titlePattern, assigneeIds, extraAssigneeIds, statuses, fields } = template
        const values = { name, titlePattern, assigneeIds, extraAssigneeIds, statuses, fields }
        return (
          <Page title={name} above={above}>
            <TaskTemplateForm key={id} id={id} values={values} />
          </Page>
        )
      }}
    </Loaded>
  )
}
