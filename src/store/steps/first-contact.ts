import { sql } from 'kysely'
import { cleanName, clientName, clientPhone } from '../../domain/client-name.ts'
import type { ClientProfile, IdentityValue } from '../../domain/conversation-event.ts'
import { candidateNames } from '../../domain/identity-match.ts'
import type { ContactId, TaskId, TaskTemplateId, UserId } from '../../domain/ids.ts'
import {
  chooseAssignees,
  chooseTask,
  DEFAULT_STATUSES,
  firstActiveStatus,
  type TaskStatus,
  taskTitle,
} from '../../domain/task.ts'
import { audit, auditRow } from '../audit.ts'
import { phoneBookName } from '../contacts/phone-book.ts'
import type { Tx } from '../database.ts'
import type { LiveEvent } from '../live-events.ts'
import { newId } from '../new-id.ts'
import type { ConversationState } from './conversation-state.ts'
import { addSystemComment } from './feed.ts'

/**
 * The contact behind a conversation (M8): known, or the same person on another channel, or a new one with the name and
 * the phone number that the messenger gives. A name that an employee wrote is never overwritten; one in the phone book of
 * who owns the number goes before the one that clients give themselves.
 * @param namedBy who says the profile's name: the client, or somebody here
 */
export async function meetContact(
  tx: Tx,
  state: ConversationState,
  profile: ClientProfile | null,
  live: LiveEvent[],
  namedBy: 'client' | 'us' = 'client',
): Promise<NonNullable<ConversationState['contact']>> {
  const name = profile?.name ? cleanName(profile.name) : ''
  if (state.contact) {
    if (!name || state.contact.nameBy === 'employee' || state.contact.name === name) return state.contact
    if ((await phoneBookName(tx, state.channel.id, await namesOf(tx, state))) !== null) return state.contact
    const renamed = await tx
      .updateTable('contacts')
      .set({ name, updated_at: new Date() })
      .where('id', '=', state.contact.id)
      // Asked again here: an employee may have named the client since the state was read.
      .where('name_by', '=', 'provider')
      .returning('id')
      .executeTakeFirst()
    if (!renamed) return state.contact
    live.push({ event: 'contact', data: { contactId: state.contact.id, channelId: state.channel.id } })
    state.contact = { ...state.contact, name }
    return state.contact
  }

  const identities = await namesOf(tx, state)
  state.contact = await contactOnAnotherChannel(tx, state, identities)
  if (state.contact === null) {
    const known = namedBy === 'us' && name !== '' ? null : await phoneBookName(tx, state.channel.id, identities)
    const named = known === null ? profile : { username: null, ...profile, name: known }
    state.contact = await createContact(tx, state, named, identities)
  }
  state.happened.push({ name: 'contact.first_seen', data: {}, comment: null, cause: null })
  return state.contact
}

const namesOf = (tx: Tx, { id }: ConversationState): Promise<IdentityValue[]> =>
  tx
    .selectFrom('identities')
    .select(['kind', 'value'])
    .where('conversation_id', '=', id)
    .where('retired_at', 'is', null)
    .execute()

/** One phone number is one person, whichever of the company's numbers they write to. */
async function contactOnAnotherChannel(tx: Tx, state: ConversationState, identities: IdentityValue[]) {
  const numbers = identities.filter(({ kind }) => kind === 'wa_id' || kind === 'phone')
  const phones = [...new Set(numbers.flatMap((name) => [name, ...candidateNames(name)]).map(({ value }) => value))]
  if (phones.length === 0) return null
  // Two first messages of one person on two channels in the same moment must not make two contacts.
  await sql`select pg_advisory_xact_lock(hashtext(${`contact:${phones.toSorted()[0]}`}))`.execute(tx)
  const { rows } = await sql<NonNullable<ConversationState['contact']>>`
    select ct.id, ct.name, ct.name_by as "nameBy", ct.phone
    from identities i
    join conversations c on c.id = i.conversation_id
    join channels ch on ch.id = i.channel_id
    join contacts ct on ct.id = c.contact_id
    where i.kind in ('wa_id', 'phone') and i.value = any(${phones}) and i.retired_at is null and c.id <> ${state.id}
      and ch.deleted_at is null
    order by ct.created_at limit 1
    for key share of ct`.execute(tx)
  return rows[0] ?? null
}

async function createContact(
  tx: Tx,
  state: ConversationState,
  profile: ClientProfile | null,
  identities: IdentityValue[],
) {
  const contact = {
    id: newId<ContactId>(),
    name: clientName(profile, identities),
    nameBy: 'provider' as const,
    phone: clientPhone(identities) ?? profile?.phone ?? null,
  }
  await tx
    .with('created', (db) =>
      db.insertInto('contacts').values({ id: contact.id, name: contact.name, phone: contact.phone }),
    )
    .insertInto('audit_log')
    .values(
      auditRow({
        actor: { kind: 'system', id: null },
        action: 'contact.created',
        subject: { kind: 'contact', id: contact.id },
        detail: { conversationId: state.id, channelId: state.channel.id },
      }),
    )
    .execute()
  return contact
}

/** What a new task is made from, if the message needs one. */
export interface TaskOpening {
  openedBy: 'contact' | 'message' | 'employee'
  /** instead of the channel's own */
  templateId?: TaskTemplateId | null
}

/**
 * The task that a message belongs to (design.md, First contact and task choice): the active one, or a new one from the
 * channel's template, or the last one joined again. Inside the conversation's lock, so two photos make one task.
 */
export async function taskForMessage(
  tx: Tx,
  state: ConversationState,
  live: LiveEvent[],
  opening: TaskOpening = { openedBy: 'contact' },
): Promise<TaskId> {
  const choice = chooseTask(state.task, state.channel)
  if (choice.choose === 'open') state.task = await openTask(tx, state, opening)
  const reopens = choice.choose === 'join' && choice.reopen
  if (reopens) await reopenTask(tx, state, opening)
  if (choice.choose === 'open' || reopens) {
    const name = reopens ? 'task.reopened' : 'task.created'
    state.happened.push({ name, data: { by: opening.openedBy }, comment: null, cause: null })
  }
  const task = state.task
  if (!task) throw new Error('a task was chosen that does not exist')
  if (choice.choose !== 'open') await sql`update tasks set updated_at = now() where id = ${task.id}`.execute(tx)
  live.push({
    event: 'task',
    data: {
      taskId: task.id,
      conversationId: state.id,
      channelId: state.channel.id,
      contactId: state.contact?.id ?? null,
    },
  })
  return task.id
}

interface TemplateRow {
  id: TaskTemplateId | null
  title_pattern: string | null
  assignee_ids: UserId[] | null
  extra_assignee_ids: UserId[] | null
  statuses: TaskStatus[] | null
  fields: Record<string, unknown> | null
  active_users: UserId[] | null
  owner: UserId | null
}

async function openTask(
  tx: Tx,
  state: ConversationState,
  opening: TaskOpening,
): Promise<NonNullable<ConversationState['task']>> {
  const contact = state.contact
  if (!contact) throw new Error('a task is opened for a contact')
  const template = await loadTemplate(tx, state, opening.templateId ?? state.channel.taskTemplateId)
  const statuses = template.statuses?.length ? template.statuses : [...DEFAULT_STATUSES]
  const status = firstActiveStatus(statuses)
  const active = new Set(template.active_users ?? [])
  const assignees = chooseAssignees({
    assignees: template.assignee_ids ?? [],
    extraAssignees: template.extra_assignee_ids ?? [],
    channelCreator: state.channel.createdBy,
    owner: template.owner,
    isActive: (user) => active.has(user) || user === template.owner,
  })
  const id = newId<TaskId>()
  await tx
    .with('opened', (db) =>
      db.insertInto('tasks').values({
        id,
        title: taskTitle(template.title_pattern ?? '{contact}', {
          contact: contact.name,
          phone: contact.phone,
          channel: state.channel.name,
        }),
        requester_id: contact.id,
        channel_id: state.channel.id,
        conversation_id: state.id,
        template_id: template.id,
        statuses: JSON.stringify(statuses),
        status: status.key,
        active: true,
        assignee_ids: assignees,
        fields: JSON.stringify(template.fields ?? {}),
        opened_by: opening.openedBy,
      }),
    )
    .insertInto('audit_log')
    .values(
      auditRow({
        actor: { kind: 'system', id: null },
        action: 'task.opened',
        subject: { kind: 'task', id },
        detail: { conversationId: state.id, channelId: state.channel.id, contactId: contact.id },
      }),
    )
    .execute()
  return { id, active: true, status: status.key, statuses }
}

/** The wanted template, else the account's first; and who of the people in question still works here. */
async function loadTemplate(tx: Tx, state: ConversationState, wanted: TaskTemplateId | null): Promise<TemplateRow> {
  const { rows } = await sql<TemplateRow>`
    select t.id, t.title_pattern, t.assignee_ids, t.extra_assignee_ids, t.statuses, t.fields,
      (select array_agg(u.id) from users u where u.active
        and u.id = any(coalesce(t.assignee_ids, '{}') || coalesce(t.extra_assignee_ids, '{}') || ${state.channel.createdBy}::uuid)
      ) as active_users,
      (select u.id from users u where u.active and u.role = 'owner' order by u.created_at, u.id limit 1) as owner
    from (select 1) one
    left join lateral (
      select * from task_templates
      order by id = ${wanted}::uuid desc nulls last, created_at, id limit 1
    ) t on true`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('the task template query answers one row')
  return row
}

const REOPENED = {
  contact: 'Reopened: the client wrote again',
  message: 'Reopened: a message was sent to the client',
  employee: 'Reopened: the client was written to',
}

async function reopenTask(tx: Tx, state: ConversationState, { openedBy }: TaskOpening): Promise<void> {
  const task = state.task
  if (!task) return
  const status = firstActiveStatus(task.statuses)
  await tx
    .updateTable('tasks')
    .set({ status: status.key, active: true, closed_at: null, updated_at: new Date() })
    .where('id', '=', task.id)
    .execute()
  await addSystemComment(tx, state, task.id, REOPENED[openedBy], {
    change: 'status',
    from: task.status,
    to: status.key,
  })
  await audit(tx, {
    actor: { kind: 'system', id: null },
    action: 'task.reopened',
    subject: { kind: 'task', id: task.id },
    detail: { from: task.status, to: status.key },
  })
  state.task = { ...task, status: status.key, active: true }
}
