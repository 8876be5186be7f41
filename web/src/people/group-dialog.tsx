import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { ApiFailure, newKey } from '../api/request.ts'
import type { User } from '../api/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { changeGroup, createGroup, type Group } from './api.ts'
import { moved } from './moved.ts'
import { peopleWords } from './words.ts'

interface GroupDialogProps {
  /** null: a new one */
  group: Group | null
  users: readonly User[]
  onClose: () => void
}

export function GroupDialog({ group, users, onClose }: GroupDialogProps) {
  const { app } = useWords()
  const words = useRoomWords(peopleWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [name, setName] = useState(group?.name ?? '')
  const [memberIds, setMemberIds] = useState<readonly string[]>(group?.memberIds ?? [])
  const [said, setSaid] = useState('')
  const [tried, setTried] = useState(false)
  const key = useRef(newKey())
  const content = { name: name.trim(), memberIds: [...memberIds] }
  const save = useMutation({
    mutationFn: () => (group ? changeGroup(group.id, content) : createGroup(content, key.current)),
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['groups'] })
      showToast(words.groups.saved(saved.name))
      onClose()
    },
    onError: (error) => {
      if (!(error instanceof ApiFailure && error.passing)) key.current = newKey()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (content.name !== '' && !save.isPending) save.mutate()
  }
  const free = users.filter(({ id, active }) => active && !memberIds.includes(id))
  const nameOf = (id: string) => users.find((user) => user.id === id)?.name ?? id
  const move = (index: number, by: -1 | 1) => {
    const id = memberIds[index]
    setMemberIds(moved(memberIds, index, by))
    if (id !== undefined) setSaid(words.groups.form.moved(nameOf(id), index + by + 1))
  }
  const { form } = words.groups
  return (
    <Dialog title={group ? form.editTitle : form.createTitle} onClose={onClose} size="medium">
      <form onSubmit={submit} noValidate className="space-y-3">
        <Field
          data-autofocus
          label={form.name}
          hint={form.nameHint}
          value={name}
          maxLength={200}
          onChange={({ target }) => setName(target.value)}
          error={tried && content.name === '' ? form.nameMissing : null}
        />
        <div>
          <p id="group-members" className="mb-1 text-[0.8125rem] text-soft">
            {form.members}
          </p>
          <ol
            aria-labelledby="group-members"
            className="divide-y divide-line rounded-md border border-line empty:hidden"
          >
            {memberIds.map((id, index) => {
              const active = users.find((user) => user.id === id)?.active ?? false
              return (
                <li key={id} className="flex items-center gap-2 py-0.5 pl-2.5">
                  <span className="w-5 shrink-0 text-xs text-soft tabular-nums">{index + 1}</span>
                  <Avatar name={nameOf(id)} id={id} small />
                  <span className="min-w-0 flex-1 truncate">
                    <bdi>{nameOf(id)}</bdi>
                    {!active && <span className="text-xs text-soft"> ({form.left})</span>}
                  </span>
                  <IconButton label={form.up(nameOf(id))} disabled={index === 0} onClick={() => move(index, -1)}>
                    <ArrowUp size={14} aria-hidden="true" />
                  </IconButton>
                  <IconButton
                    label={form.down(nameOf(id))}
                    disabled={index === memberIds.length - 1}
                    onClick={() => move(index, 1)}
                  >
                    <ArrowDown size={14} aria-hidden="true" />
                  </IconButton>
                  <IconButton
                    label={form.remove(nameOf(id))}
                    onClick={() => setMemberIds(memberIds.filter((one) => one !== id))}
                  >
                    <X size={14} aria-hidden="true" />
                  </IconButton>
                </li>
              )
            })}
          </ol>
          <p className="mt-1 text-xs text-soft">{form.membersHint}</p>
          <p aria-live="polite" className="sr-only">
            {said}
          </p>
        </div>
        {free.length === 0 ? (
          <p className="text-[0.8125rem] text-soft">{form.allIn}</p>
        ) : (
          <Select
            label={form.add}
            value=""
            options={[
              { value: '', label: form.addChoose },
              ...free.map((user) => ({ value: user.id, label: user.name })),
            ]}
            onChange={({ target }) => target.value !== '' && setMemberIds([...memberIds, target.value])}
          />
        )}
        {save.error && (
          <Notice look="danger" urgent>
            {errorText(save.error)}
          </Notice>
        )}
        <div className="flex justify-end gap-2 pt-1">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {group ? app.save : app.create}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
