import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { newKey } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, Select, TextArea } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { changeEndpoint, createEndpoint, type Endpoint, endpointsQuery, type SecretKind } from './api.ts'
import { type EndpointDraft, endpointDraft, readEndpoint } from './endpoint-draft.ts'
import { endpointWords } from './words.ts'

const KINDS: readonly SecretKind[] = ['none', 'bearer', 'basic', 'header']

/** @param endpoint null: a new one */
export function EndpointDialog({ endpoint, onClose }: { endpoint: Endpoint | null; onClose: () => void }) {
  const words = useRoomWords(endpointWords)
  const { app } = useWords()
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const [draft, setDraft] = useState(() => endpointDraft(endpoint))
  const [tried, setTried] = useState(false)
  const key = useRef(newKey())
  const set = (changes: Partial<EndpointDraft>) => setDraft((before) => ({ ...before, ...changes }))
  const { problems, changes } = readEndpoint(draft, endpoint)
  const has = (problem: (typeof problems)[number]) => tried && problems.includes(problem)
  const save = useMutation({
    mutationFn: () => (endpoint ? changeEndpoint(endpoint.id, changes) : createEndpoint(changes, key.current)),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: endpointsQuery.queryKey })
      showToast(app.saved)
      onClose()
    },
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (problems.length > 0) return
    if (save.error) key.current = newKey()
    save.mutate()
  }
  const kind = draft.secretKind
  const isKept = endpoint !== null && endpoint.secret.kind === kind
  return (
    <Dialog title={endpoint ? words.editTitle(endpoint.name) : words.create} size="medium" onClose={onClose}>
      <form onSubmit={onSubmit} noValidate className="space-y-3">
        <Field
          label={words.name}
          hint={words.nameHint}
          error={has('name') ? words.needed : null}
          value={draft.name}
          maxLength={200}
          onChange={(event) => set({ name: event.target.value })}
        />
        <Field
          label={words.url}
          hint={words.urlHint}
          error={has('url') ? words.urlWrong : null}
          type="url"
          value={draft.url}
          spellCheck={false}
          onChange={(event) => set({ url: event.target.value })}
        />
        <Checkbox
          label={words.private}
          hint={words.privateHint}
          checked={draft.allowPrivateAddress}
          onChange={(event) => set({ allowPrivateAddress: event.target.checked })}
        />
        <Checkbox
          label={words.enabled}
          checked={draft.enabled}
          onChange={(event) => set({ enabled: event.target.checked })}
        />
        <Select
          label={words.secret}
          value={kind}
          options={KINDS.map((value) => ({ value, label: words.secretKinds[value] }))}
          onChange={(event) =>
            set({ secretKind: KINDS.find((value) => value === event.target.value) ?? 'none', secretValue: '' })
          }
        />
        {(kind === 'basic' || kind === 'header') && (
          <Field
            label={words.secretName[kind]}
            error={has('secret') && !draft.secretName.trim() ? words.needed : null}
            value={draft.secretName}
            autoComplete="off"
            onChange={(event) => set({ secretName: event.target.value })}
          />
        )}
        {kind !== 'none' && (
          <Field
            label={words.secretValue[kind]}
            hint={isKept ? words.secretKept : undefined}
            error={has('secret') && !draft.secretValue.trim() ? words.needed : null}
            type="password"
            autoComplete="new-password"
            value={draft.secretValue}
            onChange={(event) => set({ secretValue: event.target.value })}
          />
        )}
        <TextArea
          label={words.headers}
          hint={endpoint?.headerNames.length ? words.headersKept(endpoint.headerNames.join(', ')) : words.headersHint}
          error={has('headers') ? words.headersWrong : null}
          value={draft.headers}
          spellCheck={false}
          onChange={(event) => set({ headers: event.target.value })}
        />
        <fieldset>
          <legend className="mb-1 text-[0.8125rem] font-medium">{words.limits}</legend>
          <div className="grid gap-3 sm:grid-cols-3">
            <Field
              label={words.maxConcurrent}
              inputMode="numeric"
              value={draft.maxConcurrent}
              onChange={(event) => set({ maxConcurrent: event.target.value })}
            />
            <Field
              label={words.perSecond}
              inputMode="decimal"
              value={draft.perSecond}
              onChange={(event) => set({ perSecond: event.target.value })}
            />
            <Field
              label={words.timeout}
              inputMode="decimal"
              value={draft.timeoutSeconds}
              onChange={(event) => set({ timeoutSeconds: event.target.value })}
            />
          </div>
        </fieldset>
        {has('limits') && <Notice look="danger">{words.limitsWrong}</Notice>}
        {save.error && (
          <Notice look="danger" urgent>
            {errorText(save.error)}
          </Notice>
        )}
        <div className="flex justify-end gap-2 pt-2">
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {endpoint ? app.save : app.create}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
