import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { EllipsisVertical } from 'lucide-react'
import { useState } from 'react'
import { Badge, type BadgeLook } from '../ui/badge.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { Td } from '../ui/table.tsx'
import { showToast } from '../ui/toast.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage, useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenarioQuery, type Version, versionQuery } from './api.ts'
import { documentChange } from './document-change.ts'
import { nameOf } from './names.ts'
import { publishWords } from './publish-words.ts'
import { useOpenDraft } from './use-draft.ts'

const LOOKS: Record<Version['state'], BadgeLook> = {
  published: 'success',
  draining: 'warning',
  pinned: 'accent',
  retired: 'plain',
}

interface VersionRowProps {
  scenarioId: string
  version: Version
  /** the one that it replaced */
  before: number | null
  onRestore: () => void
}

export function VersionRow({ scenarioId, version: one, before, onRestore }: VersionRowProps) {
  const words = useRoomWords(publishWords).versions
  const { formats } = useLanguage()
  const now = useNow(60_000)
  const navigate = useNavigate()
  const app = useWords().app
  const { state, mayChange, change } = useOpenDraft()
  const { data: scenario } = useQuery(scenarioQuery(scenarioId))
  const own = useQuery(versionQuery(scenarioId, one.version))
  const [isAsking, setAsking] = useState(false)
  const compare = (from: number, to: number | 'draft') =>
    void navigate({ to: '/scenarios/$id/versions', params: { id: scenarioId }, search: { from, to } })
  const toDraft = async () => {
    setAsking(false)
    if (!own.data) return
    const { draftText } = await import('./sides.ts')
    const before = state.text
    change(draftText(own.data))
    showToast(words.copied(one.version), { action: { label: app.undo, run: () => change(before) } })
  }
  return (
    <tr>
      <Td className="whitespace-nowrap">
        <span className="font-medium tabular-nums">v{one.version}</span>{' '}
        <Badge look={LOOKS[one.state]}>{words.states[one.state]}</Badge>
      </Td>
      <Td className="whitespace-nowrap text-soft">
        <time dateTime={one.publishedAt} title={formats.moment(new Date(one.publishedAt))}>
          {formats.short(new Date(one.publishedAt), now)}
        </time>
      </Td>
      <Td className="text-soft">{one.publishedBy?.name ?? words.nobody}</Td>
      <Td className="min-w-48">
        <WhatChanged scenarioId={scenarioId} version={one.version} before={before} />
      </Td>
      <Td>
        {one.openRuns > 0 ? (
          <Link
            to="/scenarios/$id/runs"
            params={{ id: scenarioId }}
            search={{ version: one.version, state: 'running,waiting,blocked' }}
            className="whitespace-nowrap text-accent hover:underline"
          >
            {words.open(one.openRuns)}
          </Link>
        ) : (
          <span className="text-soft">0</span>
        )}
      </Td>
      <Td className="w-10 py-1">
        <Menu
          label={words.more(one.version)}
          buttonClass="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
          button={<EllipsisVertical size={16} aria-hidden="true" />}
        >
          <MenuItem disabled={before === null} onSelect={() => before !== null && compare(before, one.version)}>
            {words.compareWithBefore}
          </MenuItem>
          <MenuItem onSelect={() => compare(one.version, 'draft')}>{words.compareWithDraft}</MenuItem>
          {mayChange && (
            <>
              <MenuItem disabled={!own.data} onSelect={() => (scenario?.hasChanges ? setAsking(true) : void toDraft())}>
                {words.toDraft}
              </MenuItem>
              <MenuItem disabled={one.state === 'published'} onSelect={onRestore}>
                {words.restore}
              </MenuItem>
            </>
          )}
        </Menu>
        {isAsking && (
          <Confirm
            title={words.replaceTitle}
            action={words.replace}
            onConfirm={() => void toDraft()}
            onClose={() => setAsking(false)}
          >
            <p>{words.replaceText}</p>
          </Confirm>
        )}
      </Td>
    </tr>
  )
}

function WhatChanged({ scenarioId, version, before }: { scenarioId: string; version: number; before: number | null }) {
  const words = useRoomWords(publishWords).versions
  const own = useQuery(versionQuery(scenarioId, version))
  const other = useQuery({ ...versionQuery(scenarioId, before ?? 0), enabled: before !== null })
  if (before === null) return <span className="text-soft">{words.firstVersion}</span>
  if (!own.data || !other.data) return null
  const { parts, added, removed, changed } = documentChange(other.data.document, own.data.document)
  const steps = words.steps({ added: added.length, removed: removed.length, changed: changed.length })
  const text = [steps, ...parts.map((part) => nameOf(words.parts, part))].filter(Boolean).join(', ')
  return (
    <Link
      to="/scenarios/$id/versions"
      params={{ id: scenarioId }}
      search={{ from: before, to: version }}
      className="hover:underline"
      title={[
        ...added.map((id) => `+ ${id}`),
        ...removed.map((id) => `− ${id}`),
        ...changed.map((id) => `± ${id}`),
      ].join('\n')}
    >
      {text || words.nothing}
    </Link>
  )
}
