import { useQuery } from '@tanstack/react-query'
import { channelsQuery } from '../api/people.ts'
import type { OpenedTask } from '../api/types.ts'
import { Notice } from '../ui/notice.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { taskTemplateQuery } from './contact-api.ts'
import { DueDate } from './due-date.tsx'
import { EditableText } from './editable-text.tsx'
import { FieldList } from './field-list.tsx'
import { Fact, Row, Section } from './section.tsx'
import { StatusSelect } from './status-select.tsx'
import { TaskPeople } from './task-people.tsx'
import { laidOver } from './use-change-contact.ts'
import { useChangeTask } from './use-change-task.ts'
import { contactWords } from './words.ts'

/** What is known of the task, each part changed where it stands. */
export function TaskSection({ task }: { task: OpenedTask }) {
  const { words: common, formats } = useLanguage()
  const words = useRoomWords(contactWords)
  const errorText = useErrorText(words.errors)
  const channels = useQuery(channelsQuery).data
  const template = useQuery({ ...taskTemplateQuery(task.templateId ?? ''), enabled: task.templateId !== null }).data
  const retitle = useChangeTask(task.id)
  const fill = useChangeTask(task.id)
  const providers: Record<string, string> = common.channels.providers
  const channel = channels?.find(({ id }) => id === task.channelId)
  return (
    <Section name="task" title={common.task.number(task.number)}>
      <Row label={words.title}>
        <EditableText
          value={task.title}
          label={words.title}
          editLabel={words.retitle}
          maxLength={200}
          onSave={(title) => retitle.mutate({ change: { title }, expected: { title } })}
        >
          <p className="wrap-anywhere">
            <bdi>{task.title}</bdi>
          </p>
        </EditableText>
        {retitle.error && (
          <Notice look="danger" urgent className="mt-1">
            {errorText(retitle.error)}
          </Notice>
        )}
      </Row>
      <StatusSelect task={task} />
      <TaskPeople task={task} />
      <DueDate task={task} />
      <Row label={common.contact.channel}>
        {channel ? (
          <>
            <bdi>{channel.name}</bdi>
            <span className="block text-xs text-soft">{providers[channel.provider] ?? channel.provider}</span>
          </>
        ) : (
          channels && <span className="text-soft">{words.task.channelGone}</span>
        )}
      </Row>
      <Row label={words.task.opened}>{formats.moment(new Date(task.createdAt))}</Row>
      {task.closedAt !== null && <Row label={words.task.closed}>{formats.moment(new Date(task.closedAt))}</Row>}
      <Fact label={words.fields.ofTask}>
        <FieldList
          fields={task.fields}
          {...(template ? { expected: template.fields } : {})}
          error={fill.error ? errorText(fill.error) : null}
          onChange={(fields) =>
            fill.mutate({ change: { fields }, expected: { fields: laidOver(task.fields, fields) } })
          }
        />
      </Fact>
    </Section>
  )
}
