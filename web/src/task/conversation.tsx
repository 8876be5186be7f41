import type { OpenedTask } from '../api/types.ts'
import { Composer } from '../composer/composer.tsx'
import { DropZone } from '../composer/drop-zone.tsx'
import { useComposer } from '../composer/use-composer.ts'
import { Feed } from './feed.tsx'
import { TaskHeader } from './task-header.tsx'

/** @param fresh false: the task comes from the cache and is being asked for anew */
export function Conversation({ task, fresh }: { task: OpenedTask; fresh: boolean }) {
  const composer = useComposer(task, fresh)
  return (
    <DropZone onFiles={composer.addFiles} className="flex h-full flex-col">
      <TaskHeader task={task} />
      <div className="min-h-0 flex-1">
        <Feed taskId={task.id} onReply={composer.replyTo} onEdit={composer.takeBack} />
      </div>
      <Composer task={task} composer={composer} />
    </DropZone>
  )
}
