import { type SqlBool, sql } from 'kysely'
import type { ContactId, ConversationId, HouseEventId, RunId, ScenarioId, TaskId, UserId } from '../../domain/ids.ts'
import type { LogEntry } from '../../domain/scenario/interpreter/log-entry.ts'
import type { Run, RunState } from '../../domain/scenario/interpreter/run.ts'
import type { Actor } from '../actor.ts'
import type { Db, Tx } from '../database.ts'
import { firstIdAt } from '../new-id.ts'

/** A run as people see it. */
export interface RunView {
  id: RunId
  scenarioId: ScenarioId
  scenarioKey: string
  scenarioName: string
  version: number
  state: RunState
  run: Run
  conversationId: ConversationId | null
  /** what its place is without a client */
  houseEventId: HouseEventId | null
  taskId: TaskId | null
  taskNumber: number | null
  contact: { id: ContactId; name: string } | null
  parentId: RunId | null
  pressedBy: { id: UserId; name: string } | null
  deadline: Date | null
  startedAt: Date
  endedAt: Date | null
}

/**
 * Who asks: runs without a client are the house's own, for those who manage scenarios; where their event is about a
 * channel, for those who may see it.
 */
export interface RunViewer extends Pick<Actor, 'channelIds'> {
  seesHouse: boolean
}

export interface RunFilter {
  scenarioId: ScenarioId | null
  taskId: TaskId | null
  /** about tasks of this client */
  contactId: ContactId | null
  version: number | null
  /** one of these; null: any */
  states: readonly RunState[] | null
  /** when it began: from, and before */
  from: Date | null
  to: Date | null
}

/** The newest first. @returns up to `limit` + 1 of them */
export async function listRuns(
  db: Db,
  viewer: RunViewer,
  wanted: RunFilter,
  page: { after: RunId | null; limit: number },
): Promise<RunView[]> {
  return (
    runs(db, viewer)
      .$if(wanted.scenarioId !== null, (query) => query.where('r.scenario_id', '=', wanted.scenarioId as ScenarioId))
      .$if(wanted.taskId !== null, (query) => query.where('r.task_id', '=', wanted.taskId as TaskId))
      .$if(wanted.contactId !== null, (query) =>
        query.where('r.task_id', 'in', (inner) =>
          inner
            .selectFrom('tasks as own')
            .select('own.id')
            .where('own.requester_id', '=', wanted.contactId as ContactId),
        ),
      )
      .$if(wanted.version !== null, (query) => query.where('r.version', '=', wanted.version as number))
      .$if(wanted.states !== null, (query) => query.where('r.state', 'in', wanted.states as readonly RunState[]))
      // Ids grow with time, and stand in every index.
      .$if(wanted.from !== null, (query) => query.where('r.id', '>=', firstIdAt<RunId>(wanted.from as Date)))
      .$if(wanted.to !== null, (query) => query.where('r.id', '<', firstIdAt<RunId>(wanted.to as Date)))
      .$if(page.after !== null, (query) => query.where('r.id', '<', page.after as RunId))
      .orderBy('r.id', 'desc')
      .limit(page.limit + 1)
      .execute()
      .then((rows) => rows.map(viewOf))
  )
}

/** @returns null where there is no such run, or where the viewer may not see it */
export async function findRun(db: Db | Tx, viewer: RunViewer, id: RunId): Promise<RunView | null> {
  const row = await runs(db, viewer).where('r.id', '=', id).executeTakeFirst()
  return row ? viewOf(row) : null
}

/** What a run did, in its order; a run has a bounded number of them. */
export async function entriesOfRun(db: Db, id: RunId): Promise<LogEntry[]> {
  const rows = await db.selectFrom('run_entries').select('entry').where('run_id', '=', id).orderBy('n').execute()
  return rows.map(({ entry }) => entry)
}

const runs = (db: Db | Tx, { channelIds, seesHouse }: RunViewer) =>
  db
    .selectFrom('runs as r')
    .innerJoin('scenarios as s', 's.id', 'r.scenario_id')
    .leftJoin('conversations as c', 'c.id', 'r.conversation_id')
    .leftJoin('house_events as h', 'h.id', 'r.house_event_id')
    .leftJoin('users as u', 'u.id', 'r.pressed_by')
    .leftJoin('tasks as t', 't.id', 'r.task_id')
    .leftJoin('contacts as k', 'k.id', 'c.contact_id')
    .select([
      'r.id',
      'r.scenario_id as scenarioId',
      's.key as scenarioKey',
      's.name as scenarioName',
      'r.version',
      'r.state',
      'r.run',
      'r.conversation_id as conversationId',
      'r.house_event_id as houseEventId',
      'r.task_id as taskId',
      't.number as taskNumber',
      'k.id as contactId',
      'k.name as contactName',
      'r.parent_id as parentId',
      'r.deadline',
      'r.started_at as startedAt',
      'r.ended_at as endedAt',
      'u.id as presserId',
      'u.name as presserName',
    ])
    .$if(channelIds !== null, (query) =>
      query.where(
        sql<SqlBool>`(case when r.conversation_id is null then h.channel_id is null or h.channel_id = any(${channelIds}::uuid[])
          else c.channel_id = any(${channelIds}::uuid[]) end)`,
      ),
    )
    .$if(!seesHouse, (query) => query.where('r.conversation_id', 'is not', null))

type RunRow = Omit<RunView, 'pressedBy' | 'contact'> & {
  presserId: UserId | null
  presserName: string | null
  contactId: ContactId | null
  contactName: string | null
}

const viewOf = ({ presserId, presserName, contactId, contactName, ...run }: RunRow): RunView => ({
  ...run,
  contact: contactId && contactName !== null ? { id: contactId, name: contactName } : null,
  pressedBy: presserId && presserName !== null ? { id: presserId, name: presserName } : null,
})
