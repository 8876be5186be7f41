import { Link } from '@tanstack/react-router'
import { CalendarClock, type LucideIcon, MousePointerClick, TriangleAlert, Webhook, Zap } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Empty } from '../ui/notice.tsx'
import { Table, Td, Th } from '../ui/table.tsx'
import { useNow } from '../ui/use-now.ts'
import { useLanguage, useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { ListedScenario } from './api.ts'
import { EnabledSwitch } from './enabled-switch.tsx'
import { nameOf, scenarioNames } from './names.ts'
import { percent } from './percent.ts'
import { ScenarioMenu } from './scenario-menu.tsx'
import {
  kindOf,
  matching,
  SCENARIO_KINDS,
  type ScenarioFilter,
  type ScenarioKind,
  successOf,
} from './scenario-state.ts'
import { StateBadges } from './state-badges.tsx'
import { scenarioWords } from './words.ts'

/** So many rows at first: more are a click away. */
const SHOWN = 100
const NO_FILTER: ScenarioFilter = { q: '', kind: '', state: '' }
const STATES = ['draft', 'published', 'draining', 'retired', 'shadow', 'changed', 'problems'] as const

/** The scenarios with a search and filters; the search goes along with the typing. */
export function ScenarioTable({ scenarios }: { scenarios: readonly ListedScenario[] }) {
  const words = useRoomWords(scenarioWords)
  const app = useWords().app
  const [filter, setFilter] = useState(NO_FILTER)
  const [most, setMost] = useState(SHOWN)
  const found = matching(scenarios, useDeferredValue(filter))
  const change = (part: Partial<ScenarioFilter>) => setFilter({ ...filter, ...part })
  const { columns } = words
  return (
    <>
      <div className="mb-3 grid gap-2 sm:grid-cols-[1fr_11rem_13rem]">
        <Field
          label={words.search}
          hideLabel
          type="search"
          placeholder={words.searchHint}
          value={filter.q}
          onChange={(event) => change({ q: event.target.value })}
        />
        <Select
          label={words.kindFilter.label}
          hideLabel
          value={filter.kind}
          onChange={(event) => change({ kind: event.target.value as ScenarioFilter['kind'] })}
          options={[
            { value: '', label: `${words.kindFilter.label}: ${words.kindFilter.all.toLowerCase()}` },
            ...SCENARIO_KINDS.map((kind) => ({ value: kind, label: words.kinds[kind] })),
          ]}
        />
        <Select
          label={words.stateFilter.label}
          hideLabel
          value={filter.state}
          onChange={(event) => change({ state: event.target.value as ScenarioFilter['state'] })}
          options={[
            { value: '', label: words.stateFilter.all },
            ...STATES.map((state) => ({ value: state, label: words.stateFilter[state] })),
          ]}
        />
      </div>
      <p role="status" className="sr-only">
        {words.shown(found.length)}
      </p>
      {found.length === 0 ? (
        <Empty title={words.nothingFound}>
          <Button onClick={() => setFilter(NO_FILTER)}>{words.clear}</Button>
        </Empty>
      ) : (
        <div className={NARROW}>
          <Table
            label={words.list}
            head={
              <>
                <Th>{columns.name}</Th>
                <Th>{columns.on}</Th>
                <Th>{columns.state}</Th>
                <Th numeric>{columns.runs}</Th>
                <Th numeric>{columns.success}</Th>
                <Th numeric>{columns.open}</Th>
                <Th>{columns.lastRun}</Th>
                <Th>{columns.changed}</Th>
                <Th>
                  <span className="sr-only">{columns.more}</span>
                </Th>
              </>
            }
          >
            {found.slice(0, most).map((one) => (
              <ScenarioRow key={one.id} scenario={one} />
            ))}
          </Table>
        </div>
      )}
      {found.length > most && (
        <div className="mt-3 text-center">
          <Button onClick={() => setMost(most + SHOWN)}>{app.loadMore}</Button>
        </div>
      )}
    </>
  )
}

/** On a phone the name, the switch and the menu: what the other columns say stands below the name. */
const NARROW = 'max-md:[&_:is(td,th):nth-child(n+3):nth-child(-n+8)]:hidden'

const KIND_ICONS: Record<ScenarioKind, LucideIcon> = {
  event: Zap,
  button: MousePointerClick,
  schedule: CalendarClock,
  webhook: Webhook,
}

function ScenarioRow({ scenario }: { scenario: ListedScenario }) {
  const words = useRoomWords(scenarioWords)
  const { formats, locale } = useLanguage()
  const now = useNow(60_000)
  const { id, name, activity, updatedBy, updatedAt, isReadable } = scenario
  const short = (at: string) => formats.short(new Date(at), now)
  const moment = (at: string) => formats.moment(new Date(at))
  const success = successOf(activity)
  return (
    <tr className="hover:bg-hover">
      <Td className="md:min-w-56">
        <Link
          to="/scenarios/$id"
          params={{ id }}
          className="font-medium wrap-anywhere hover:underline pointer-coarse:inline-block pointer-coarse:py-2"
        >
          {name}
        </Link>
        <StartsBy scenario={scenario} />
        <div className="mt-1 md:hidden">
          <StateBadges scenario={scenario} />
        </div>
        {(!isReadable || activity.blocked > 0) && (
          <p className="mt-0.5 flex items-center gap-1 text-xs text-danger">
            <TriangleAlert size={12} aria-hidden="true" className="shrink-0" />
            {activity.blocked > 0 ? (
              <Link to="/scenarios/$id/runs" params={{ id }} search={{ state: 'blocked' }} className="hover:underline">
                {words.blocked(activity.blocked)}
              </Link>
            ) : (
              words.unreadable
            )}
          </p>
        )}
      </Td>
      <Td>
        <EnabledSwitch scenario={scenario} />
      </Td>
      <Td>
        <StateBadges scenario={scenario} />
      </Td>
      <Td numeric>{activity.runs || <span className="text-soft">0</span>}</Td>
      <Td numeric>
        {success === null ? (
          <span className="text-soft">–</span>
        ) : (
          <>
            <span className={success < 1 ? 'text-danger' : 'text-success'}>{percent(success, locale)}</span>
            {activity.failed > 0 && (
              <Link
                to="/scenarios/$id/runs"
                params={{ id }}
                search={{ state: 'failed', since: 'day' }}
                className="block text-xs text-danger hover:underline"
              >
                {words.failed(activity.failed)}
              </Link>
            )}
          </>
        )}
      </Td>
      <Td numeric>
        {activity.open > 0 ? (
          <Link
            to="/scenarios/$id/runs"
            params={{ id }}
            search={{ state: 'running,waiting,blocked' }}
            className="text-accent hover:underline"
          >
            {activity.open}
          </Link>
        ) : (
          <span className="text-soft">0</span>
        )}
      </Td>
      <Td className="whitespace-nowrap text-soft">
        {activity.lastRunAt ? (
          <time dateTime={activity.lastRunAt} title={moment(activity.lastRunAt)}>
            {short(activity.lastRunAt)}
          </time>
        ) : (
          words.never
        )}
      </Td>
      <Td className="text-soft">
        <time dateTime={updatedAt} title={moment(updatedAt)} className="whitespace-nowrap">
          {short(updatedAt)}
        </time>
        {updatedBy && <span className="block text-xs wrap-anywhere">{words.changedBy(updatedBy.name)}</span>}
      </Td>
      <Td className="w-10 py-1">
        <ScenarioMenu scenario={scenario} />
      </Td>
    </tr>
  )
}

function StartsBy({ scenario }: { scenario: ListedScenario }) {
  const words = useRoomWords(scenarioWords)
  const names = useRoomWords(scenarioNames)
  const kind = kindOf(scenario)
  const Icon = KIND_ICONS[kind]
  const { trigger } = scenario
  return (
    <p className="mt-0.5 flex items-center gap-1.5 text-xs text-soft">
      <Icon size={12} aria-hidden="true" className="shrink-0" />
      <span className="min-w-0 wrap-anywhere">
        {words.kinds[kind]}
        {kind === 'event' && trigger?.event && `: ${nameOf(names.events, trigger.event)}`}
        {kind === 'button' && trigger?.label && trigger.label !== scenario.name && `: ${trigger.label}`}
      </span>
    </p>
  )
}
