import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Copy, Download, EllipsisVertical, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { newKey } from '../api/request.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import {
  createScenario,
  deleteScenario,
  type ScenarioSummary,
  scenarioQuery,
  scenariosKey,
  scenariosQuery,
} from './api.ts'
import { useMayChange } from './may-change.ts'
import { freeKey, withKey } from './new-document.ts'
import { saveFile } from './save-file.ts'
import { scenarioWords } from './words.ts'

/** What can be done with a scenario as a whole. */
export function ScenarioMenu({ scenario }: { scenario: ScenarioSummary }) {
  const words = useRoomWords(scenarioWords)
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const navigate = useNavigate()
  const mayChange = useMayChange()
  const [isDeleting, setDeleting] = useState(false)
  const { id, key, name, published } = scenario
  const draft = async () => (await client.fetchQuery({ ...scenarioQuery(id), staleTime: 0 })).draft
  const fail = (error: unknown) => showToast(errorText(error), { look: 'danger' })

  const exporting = useMutation({
    mutationFn: draft,
    onSuccess: ({ text, format }) => saveFile(key, text, format),
    onError: fail,
  })
  const duplicating = useMutation({
    async mutationFn(idempotencyKey: string) {
      const [{ text }, all] = await Promise.all([draft(), client.fetchQuery(scenariosQuery)])
      const copy = freeKey(key, new Set(all.map((one) => one.key)))
      return createScenario(withKey(text, copy, words.new.copyOf(name)) ?? text, idempotencyKey)
    },
    async onSuccess(made) {
      await client.invalidateQueries({ queryKey: scenariosKey })
      void navigate({ to: '/scenarios/$id', params: { id: made.id } })
    },
    onError: fail,
  })
  const deleting = useMutation({
    mutationFn: () => deleteScenario(id),
    async onSuccess() {
      setDeleting(false)
      showToast(words.deleted(name))
      await navigate({ to: '/scenarios' })
      client.removeQueries({ queryKey: scenarioQuery(id).queryKey })
      void client.invalidateQueries({ queryKey: scenariosQuery.queryKey })
    },
  })

  return (
    <>
      <Menu
        label={words.moreOf(name)}
        buttonClass="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
        button={<EllipsisVertical size={16} aria-hidden="true" />}
      >
        <MenuItem onSelect={() => exporting.mutate()}>
          <Download size={15} aria-hidden="true" /> {words.export}
        </MenuItem>
        <MenuItem
          disabled={!mayChange}
          {...(mayChange ? {} : { hint: words.mayNot })}
          onSelect={() => duplicating.mutate(newKey())}
        >
          <Copy size={15} aria-hidden="true" /> {words.duplicate}
        </MenuItem>
        <MenuLine />
        <MenuItem
          danger
          disabled={!mayChange || published !== null}
          {...(published ? { hint: words.deletePublished } : mayChange ? {} : { hint: words.mayNot })}
          onSelect={() => setDeleting(true)}
        >
          <Trash2 size={15} aria-hidden="true" /> {words.delete}
        </MenuItem>
      </Menu>
      {isDeleting && (
        <Confirm
          title={words.deleteTitle}
          action={words.delete}
          look="danger"
          busy={deleting.isPending}
          error={deleting.error}
          errorWords={words.errors}
          onConfirm={() => deleting.mutate()}
          onClose={() => setDeleting(false)}
        >
          <p>{words.deleteText(name)}</p>
        </Confirm>
      )}
    </>
  )
}
