import { useQuery } from '@tanstack/react-query'
import { contactQuery } from '../api/people.ts'
import type { OpenedTask } from '../api/types.ts'
import { ButtonsSection } from './buttons-section.tsx'
import { ContactDetails } from './contact-details.tsx'
import { ContactHead } from './contact-head.tsx'
import { OtherTasks } from './other-tasks.tsx'
import { RunsSection } from './runs-section.tsx'
import { TaskSection } from './task-section.tsx'

/** The panel's parts, in the order in which they are needed. */
function PanelBody({ task }: { task: OpenedTask }) {
  const contact = useQuery(contactQuery(task.requester.id)).data
  return (
    <div className="divide-y divide-line pb-6">
      <ContactHead task={task} contact={contact} />
      <TaskSection task={task} />
      <ButtonsSection task={task} />
      <RunsSection task={task} />
      {contact && <ContactDetails contact={contact} />}
      <OtherTasks task={task} />
    </div>
  )
}

export default PanelBody
