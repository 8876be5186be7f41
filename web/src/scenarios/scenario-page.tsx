import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { ArrowLeft, Eye } from 'lucide-react'
import { useState } from 'react'
import { ApiFailure } from '../api/request.ts'
import { Badge } from '../ui/badge.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty, Notice } from '../ui/notice.tsx'
import { usePageTitle } from '../ui/page-title.ts'
import { SectionTabs } from '../ui/section-tabs.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type Scenario, scenarioQuery } from './api.ts'
import { ConflictNotice } from './conflict-notice.tsx'
import { DraftStatus } from './draft-status.tsx'
import { EnabledSwitch } from './enabled-switch.tsx'
import { useMayChange } from './may-change.ts'
import { PublishButton } from './publish-button.tsx'
import { ScenarioMenu } from './scenario-menu.tsx'
import { DraftProvider, useDraft } from './use-draft.ts'
import { useScenarioLive } from './use-scenario-live.ts'
import { scenarioWords } from './words.ts'

/** One scenario: its name and state, and its parts with an address each. */
export function ScenarioPage() {
  useScenarioLive()
  const words = useRoomWords(scenarioWords)
  const { id } = useParams({ from: '/app/scenarios/$id' })
  const scenario = useQuery(scenarioQuery(id))
  const mayChange = useMayChange()
  if (scenario.error instanceof ApiFailure && scenario.error.status === 404) {
    return (
      <Empty title={words.page.notFound}>
        <Link to="/scenarios" className="text-accent hover:underline">
          {words.back}
        </Link>
      </Empty>
    )
  }
  return (
    <Loaded query={scenario}>
      {(one) => <OpenScenario key={`${one.id} ${mayChange}`} scenario={one} mayChange={mayChange} />}
    </Loaded>
  )
}

function OpenScenario({ scenario, mayChange }: { scenario: Scenario; mayChange: boolean }) {
  const words = useRoomWords(scenarioWords)
  const draft = useDraft(scenario, mayChange)
  const [isChoosing, setChoosing] = useState(false)
  const { id, name, published, hasChanges, shadowSince, kind } = scenario
  usePageTitle(name)
  const params = { id }
  const { tabs } = words.page
  return (
    <DraftProvider value={draft}>
      <div className="h-full overflow-y-auto">
        <div className="mx-auto flex min-h-full max-w-6xl flex-col p-4 sm:px-8 sm:py-5">
          <Link
            to="/scenarios"
            className="mb-1 inline-flex items-center gap-1 self-start text-[0.8125rem] text-soft hover:text-ink pointer-coarse:min-h-11"
          >
            <ArrowLeft size={14} aria-hidden="true" /> {words.back}
          </Link>
          <header className="mb-3 flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
            <div className="min-w-0">
              <h1 className="text-lg font-semibold tracking-tight wrap-anywhere">{name}</h1>
              <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-soft">
                <code className="text-xs">{scenario.key}</code>
                {published ? (
                  <Badge look={scenario.enabled ? 'success' : 'plain'}>
                    {scenario.enabled ? words.page.live(published.version) : words.states.retired}
                  </Badge>
                ) : (
                  <Badge>{words.states.draft}</Badge>
                )}
                {published && hasChanges && <Badge look="accent">{words.page.changes}</Badge>}
                {shadowSince && (
                  <Link to="/scenarios/$id/dry-run" params={params} title={words.page.shadowHint}>
                    <Badge look="warning">
                      <Eye size={12} aria-hidden="true" /> {words.page.shadow}
                    </Badge>
                  </Link>
                )}
                <DraftStatus scenario={scenario} />
              </div>
            </div>
            <div className="flex flex-wrap items-center gap-2">
              <EnabledSwitch scenario={scenario} />
              {mayChange && <PublishButton scenario={scenario} />}
              <ScenarioMenu scenario={scenario} />
            </div>
          </header>
          {!mayChange && (
            <Notice look="plain" className="mb-3">
              {words.page.readOnly}
            </Notice>
          )}
          {draft.state.conflict && <ConflictNotice isOpen={isChoosing} onOpen={setChoosing} />}
          <SectionTabs
            label={words.page.sections(name)}
            tabs={[
              { label: tabs.edit, link: { to: '/scenarios/$id', params } },
              ...(mayChange
                ? [
                    { label: tabs.check, link: { to: '/scenarios/$id/check' as const, params } },
                    { label: tabs.dryRun, link: { to: '/scenarios/$id/dry-run' as const, params } },
                  ]
                : []),
              { label: tabs.runs, link: { to: '/scenarios/$id/runs', params } },
              { label: tabs.versions, link: { to: '/scenarios/$id/versions', params } },
              ...(kind === 'button'
                ? [{ label: tabs.look, link: { to: '/scenarios/$id/look' as const, params } }]
                : []),
            ]}
          />
          <Outlet />
        </div>
      </div>
    </DraftProvider>
  )
}
