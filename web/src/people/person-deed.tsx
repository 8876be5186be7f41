import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { User } from '../api/types.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { changeUser, signOutEverywhere } from './api.ts'
import { peopleWords } from './words.ts'

export type PersonDeedName = 'deactivate' | 'activate' | 'signOut'

interface PersonDeedProps {
  deed: PersonDeedName
  user: User
  onClose: () => void
}

/** What is done to somebody's access, after a question. */
export function PersonDeed({ deed, user, onClose }: PersonDeedProps) {
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const { people } = words
  const { name } = user
  const says = {
    deactivate: {
      title: people.deactivateTitle(name),
      text: people.deactivateText(name),
      action: people.deactivate.replace('…', ''),
      done: people.deactivated(name),
    },
    activate: {
      title: people.activate,
      text: people.activated(name),
      action: people.activate,
      done: people.activated(name),
    },
    signOut: {
      title: people.signOutTitle(name),
      text: people.signOutText,
      action: people.signOutAction,
      done: people.signedOut(name),
    },
  }[deed]
  const act = useMutation({
    mutationFn: async () => {
      if (deed === 'signOut') await signOutEverywhere(user.id)
      else await changeUser(user.id, { active: deed === 'activate' })
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['users'] })
      showToast(says.done)
      onClose()
    },
  })
  return (
    <Confirm
      title={says.title}
      action={says.action}
      look={deed === 'activate' ? 'primary' : 'danger'}
      busy={act.isPending}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      <p>{says.text}</p>
      {act.error && (
        <Notice look="danger" urgent>
          {errorText(act.error)}
        </Notice>
      )}
    </Confirm>
  )
}
