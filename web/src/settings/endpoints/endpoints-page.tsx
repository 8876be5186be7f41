import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Badge, type BadgeLook } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { settingsWords } from '../words.ts'
import { deleteEndpoint, type Endpoint, endpointsQuery } from './api.ts'
import { EndpointDialog } from './endpoint-dialog.tsx'
import { TrialDialog } from './trial-dialog.tsx'
import { endpointWords } from './words.ts'

const LOOKS: Record<Endpoint['state'], BadgeLook> = { closed: 'success', open: 'danger', half_open: 'warning' }

/** The services that scenarios call. */
export function EndpointsPage() {
  const { pages } = useRoomWords(settingsWords)
  const words = useRoomWords(endpointWords)
  const { words: common } = useLanguage()
  const client = useQueryClient()
  const endpoints = useQuery(endpointsQuery)
  const [editing, setEditing] = useState<Endpoint | 'new' | null>(null)
  const [trying, setTrying] = useState<Endpoint | null>(null)
  const [removing, setRemoving] = useState<Endpoint | null>(null)
  const remove = useMutation({
    mutationFn: ({ id }: Endpoint) => deleteEndpoint(id),
    onSuccess: (_, { name }) => {
      setRemoving(null)
      showToast(words.removed(name))
      void client.invalidateQueries({ queryKey: endpointsQuery.queryKey })
    },
  })
  return (
    <Page
      title={pages.endpoints}
      intro={words.intro}
      actions={
        <Button look="primary" onClick={() => setEditing('new')}>
          <Plus size={16} aria-hidden="true" />
          {words.create}
        </Button>
      }
    >
      <Loaded query={endpoints}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={words.empty} hint={words.emptyHint} />
          ) : (
            <ul className="space-y-3">
              {items.map((endpoint) => (
                <li key={endpoint.id}>
                  <EndpointCard
                    endpoint={endpoint}
                    onEdit={() => setEditing(endpoint)}
                    onTry={() => setTrying(endpoint)}
                    onRemove={() => setRemoving(endpoint)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {editing && <EndpointDialog endpoint={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      {trying && <TrialDialog endpoint={trying} onClose={() => setTrying(null)} />}
      {removing && (
        <Confirm
          title={words.removeTitle}
          action={common.app.delete}
          look="danger"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(removing)}
          onClose={() => setRemoving(null)}
        >
          <p>{words.removeText}</p>
        </Confirm>
      )}
    </Page>
  )
}

function EndpointCard({
  endpoint,
  onEdit,
  onTry,
  onRemove,
}: {
  endpoint: Endpoint
  onEdit: () => void
  onTry: () => void
  onRemove: () => void
}) {
  const words = useRoomWords(endpointWords)
  const { words: common, formats } = useLanguage()
  const { name, url, state, openUntil, lastError, lastCallAt, secret, enabled } = endpoint
  const at = (time: string) => formats.moment(new Date(time))
  return (
    <section aria-label={name} className="rounded-xl border border-line bg-panel p-4">
      <header className="flex flex-wrap items-start justify-between gap-x-3 gap-y-2">
        <div className="min-w-0">
          <h2 className="font-medium wrap-anywhere">{name}</h2>
          <p className="font-mono text-xs text-soft wrap-anywhere">{url}</p>
        </div>
        <Badge look={enabled ? LOOKS[state] : 'plain'}>{enabled ? words.states[state] : words.states.disabled}</Badge>
      </header>
      {enabled && state !== 'closed' && (
        <Notice look="warning" className="mt-3">
          {state === 'open' && openUntil ? words.openUntil(at(openUntil)) : words.halfOpen}
        </Notice>
      )}
      <p className="mt-2 text-[0.8125rem] text-soft">
        {words.secretKinds[secret.kind]} · {words.lastCall}: {lastCallAt ? at(lastCallAt) : words.never}
        {lastError && ` · ${words.lastError}: ${lastError.code}, ${at(lastError.at)}`}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button aria-label={words.edit(name)} onClick={onEdit}>
          {common.app.edit}
        </Button>
        <Button aria-label={words.trial.of(name)} onClick={onTry}>
          {words.trial.open}
        </Button>
        <Button look="danger" onClick={onRemove}>
          {words.remove}
        </Button>
      </div>
    </section>
  )
}
