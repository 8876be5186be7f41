import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Channel } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { deleteTemplate, type Template, templateHistoryQuery, templatesKey } from './api.ts'
import { QualityBadge, StatusBadge } from './status-badge.tsx'
import { TemplateEditor } from './template-editor.tsx'
import { TemplatePreview } from './template-preview.tsx'
import { templateWords } from './words.ts'

interface TemplateDetailsProps {
  template: Template
  channel: Channel
  mayManage: boolean
  onClose: () => void
}

/** One template: how it looks, how it stands, what happened to it. */
export function TemplateDetails({ template, channel, mayManage, onClose }: TemplateDetailsProps) {
  const words = useRoomWords(templateWords)
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null)
  const { status, reason, parameters } = template
  const locked = status === 'pending'
  if (open === 'edit') {
    return <TemplateEditor channel={channel} template={template} onClose={() => setOpen(null)} />
  }
  return (
    <Dialog title={template.name} size="medium" onClose={onClose}>
      <div className="space-y-4">
        <p className="flex flex-wrap items-center gap-2">
          <StatusBadge status={status} />
          <QualityBadge quality={template.quality} />
          <span className="text-[0.8125rem] text-soft">
            {words.categories[template.category] ?? template.category} · {words.languageName(template.language)} (
            {template.language}) · {channel.name}
          </span>
        </p>
        {status !== 'approved' && (
          <Notice look={status === 'rejected' || status === 'disabled' ? 'danger' : 'warning'}>
            {words.statusHints[status] ?? words.cannotBeSent}
            {reason && reason.toUpperCase() !== 'NONE' && <span className="block">{words.reason(reason)}</span>}
          </Notice>
        )}
        {parameters.unsupported.length > 0 && <Notice look="warning">{words.unsupported}</Notice>}
        <div>
          <h3 className="mb-1 text-[0.8125rem] text-soft">{words.preview}</h3>
          <TemplatePreview template={template} values={null} />
        </div>
        <History id={template.id} />
        {mayManage && (
          <div className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
            <Button disabled={locked} onClick={() => setOpen('edit')}>
              {words.page.edit}
            </Button>
            <Button look="danger" onClick={() => setOpen('delete')}>
              {words.page.deleteAction}
            </Button>
            {locked && <span className="text-xs text-soft">{words.page.editLocked}</span>}
          </div>
        )}
      </div>
      {open === 'delete' && <Deletion template={template} onDone={onClose} onClose={() => setOpen(null)} />}
    </Dialog>
  )
}

function History({ id }: { id: string }) {
  const words = useRoomWords(templateWords)
  const { formats } = useLanguage()
  const events = useQuery(templateHistoryQuery(id)).data
  if (events === undefined) return null
  return (
    <section aria-label={words.page.history}>
      <h3 className="mb-1 text-[0.8125rem] text-soft">{words.page.history}</h3>
      {events.length === 0 && <p className="text-[0.8125rem]">{words.page.noHistory}</p>}
      <ol className="space-y-1 text-[0.8125rem]">
        {events.map(({ at, action, from, to, by }) => (
          <li key={at + action} className="flex flex-wrap gap-x-2">
            <span className="text-soft tabular-nums">{formats.moment(new Date(at))}</span>
            <span>
              {words.page.events[action] ?? action}
              {from && to && `: ${words.page.fromTo(words.statuses[from] ?? from, words.statuses[to] ?? to)}`}
              {by && ` (${by})`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Deletion({ template, onDone, onClose }: { template: Template; onDone: () => void; onClose: () => void }) {
  const words = useRoomWords(templateWords)
  const client = useQueryClient()
  const deletion = useMutation({
    mutationFn: () => deleteTemplate(template.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: templatesKey })
      showToast(words.page.deleted)
      onDone()
    },
  })
  return (
    <Confirm
      title={words.page.deleteTitle}
      action={words.page.deleteAction}
      look="danger"
      busy={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate()}
      onClose={onClose}
    >
      <p>{words.page.deleteText(template.name, words.languageName(template.language))}</p>
    </Confirm>
  )
}
