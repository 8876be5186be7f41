import { lazy, Suspense, useMemo } from 'react'
import { useCommands } from '../commands/commands.ts'
import { useStore } from '../ui/store.ts'
import { useWords } from '../words/language.tsx'
import { newConversationStore, openNewConversation } from './open-new-conversation.ts'

const NewConversationDialog = lazy(async () => {
  const { NewConversationDialog } = await import('./new-conversation-dialog.tsx')
  return { default: NewConversationDialog }
})

/** Stands once in the shell: the command, and the dialog while it is open. */
export function NewConversationHost() {
  const title = useWords().app.newConversation
  const prefill = useStore(newConversationStore)
  useCommands(
    useMemo(
      () => [
        {
          id: 'conversation.new',
          title,
          group: 'create',
          shortcut: { code: 'KeyC' },
          run: () => openNewConversation(),
        },
      ],
      [title],
    ),
  )
  if (prefill === null) return null
  return (
    <Suspense fallback={null}>
      <NewConversationDialog prefill={prefill} />
    </Suspense>
  )
}
