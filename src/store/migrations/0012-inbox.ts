import { type Kysely, sql } from 'kysely'

/** What the inbox shows of a task without reading its feed, and what each person keeps for themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // What was written before a person joined is not theirs to catch up on; nor is what stands before this migration.
  `alter table users add column read_from double precision not null default nextval('comment_positions')`,
  // When it came, where it stands before what came earlier; null: when it stands (src/domain/feed-place.ts).
  `alter table comments add column arrived double precision`,
  `create index comments_late on comments (task_id, arrived) where arrived is not null`,
  `create index comments_inbound on comments (task_id, position) where author_kind = 'contact' and deleted_at is null`,
  // What answers the client, if it left.
  `create index comments_answers on comments (task_id, position) where not bulk and deleted_at is null
    and (author_kind = 'phone_app' or (author_kind = 'employee' and notifies_contact))`,

  // Read from the feed whenever it changes (src/store/tasks/refresh-inbox.ts).
  `alter table tasks add column awaiting_since timestamptz, -- the oldest message that nobody answered
    add column last_message_at timestamptz,     -- from or to the client
    add column inbound_position double precision, -- the last message of the client in the feed
    add column inbound_arrived double precision,  -- the last one that came
    add column settled_position double precision  -- what stands before was settled by closing the task`,
  `update tasks t set awaiting_since = f.awaiting_since, last_message_at = f.last_message_at,
      inbound_position = f.inbound_position, inbound_arrived = f.inbound_position,
      settled_position = case when not t.active then (select nextval('comment_positions')) end
    from (
      select k.id, i.position as inbound_position,
        (select m.at from comments m where m.task_id = k.id
            and (m.author_kind in ('contact', 'phone_app') or m.notifies_contact)
          order by m.position desc limit 1) as last_message_at,
        case when k.active then (
          select m.at from comments m where m.task_id = k.id and m.author_kind = 'contact' and m.deleted_at is null
            and m.position > coalesce(a.position, '-infinity')
          order by m.position limit 1
        ) end as awaiting_since
      from tasks k
      left join lateral (
        select m.position from comments m
        where m.task_id = k.id and m.author_kind = 'contact' and m.deleted_at is null
        order by m.position desc limit 1
      ) i on true
      left join lateral (
        select m.position from comments m
        where m.task_id = k.id and not m.bulk and m.deleted_at is null
          and (m.author_kind = 'phone_app' or (m.author_kind = 'employee' and m.notifies_contact))
          and coalesce((select bool_or(d.state <> 'failed') from deliveries d where d.comment_id = m.id), true)
        order by m.position desc limit 1
      ) a on true
    ) f where f.id = t.id`,
  `create index tasks_awaiting on tasks (awaiting_since, id) where active and awaiting_since is not null`,
  `create index tasks_participants on tasks using gin (participant_ids)`,
  `create index contacts_tags on contacts using gin (tags)`,

  // Up to where a person has read: what stands up to \`position\` and came up to \`arrived\`.
  `create table task_reads (
    task_id uuid not null references tasks (id) on delete cascade,
    user_id uuid not null references users (id) on delete cascade,
    position double precision not null,
    arrived double precision not null,
    primary key (task_id, user_id)
  )`,
  `create table task_snoozes (
    task_id uuid not null references tasks (id) on delete cascade,
    user_id uuid not null references users (id) on delete cascade,
    until timestamptz,                        -- null: until the client writes
    created_at timestamptz not null default now(),
    primary key (task_id, user_id)
  )`,
  `create index task_snoozes_until on task_snoozes (until) where until is not null`,
  `create table task_views (
    id uuid primary key,
    name text not null,
    owner_id uuid references users (id),      -- null: shared by a token
    shared boolean not null default false,
    filter jsonb not null,                    -- the query keys of GET /api/tasks
    position integer not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create index task_views_owner on task_views (owner_id)`,
  `create index task_views_shared on task_views (position) where shared`,
  // Who looks at what just now. It may be lost: browsers say it again every 15 seconds.
  `create unlogged table presences (
    task_id uuid not null,
    user_id uuid not null,
    state text not null check (state in ('viewing', 'typing')),
    at timestamptz not null default now(),
    primary key (task_id, user_id)
  )`,
]
