import fc from 'fast-check'

export const CLIENTS = ['anna', 'boris'] as const
export type ClientName = (typeof CLIENTS)[number]

/** How a worker's step ends: as it should, or in a crash that Temporal answers by the same or by a new workflow. */
export type StepEnd = 'well' | 'lost' | 'twice' | 'restarted'
/** What the provider makes of a call; `claimed`: the process ends between its claim and the call. */
export type CallEnd = 'accepted' | 'lost' | 'busy' | 'refused' | 'claimed'
export type Status = 'sent' | 'delivered' | 'read' | 'failed'

/** One decision of a story. Whatever it speaks of that is not there (yet) is passed over, in model and reality alike. */
export type Command =
  | { do: 'write'; client: ClientName; text: 'hello' | 'order' }
  /** several messages of both clients in one webhook */
  | { do: 'batch'; clients: ClientName[] }
  /** a webhook comes once more */
  | { do: 'repeat'; pick: number }
  | { do: 'status'; status: Status; pick: number }
  | { do: 'comment'; client: ClientName; notify: boolean; pick: number }
  | { do: 'task'; client: ClientName; status: 'done' | 'in_progress'; pick: number }
  | { do: 'press'; client: ClientName; pick: number }
  | { do: 'publish' }
  /** a day and an hour pass: reply windows close, waits end */
  | { do: 'day' }
  | { do: 'work'; client: ClientName; end: StepEnd }
  | { do: 'send'; client: ClientName; end: CallEnd }

const client = fc.constantFrom(...CLIENTS)
const pick = fc.nat({ max: 1_000 })
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      client,
      text: fc.constantFrom('hello' as const, 'order' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('batch' as const),
      clients: fc.array(client, { minLength: 2, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('status' as const),
      status: fc.constantFrom<Status[]>('sent', 'delivered', 'read', 'failed'),
      pick,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('comment' as const), client, notify: fc.boolean(), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('task' as const),
      client,
      status: fc.constantFrom('done' as const, 'in_progress' as const),
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('press' as const), client, pick }) },
  { weight: 1, arbitrary: fc.constant({ do: 'publish' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'day' as const }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      client,
      end: fc.constantFrom<StepEnd[]>('well', 'well', 'lost', 'twice', 'restarted'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      client,
      end: fc.constantFrom<CallEnd[]>('accepted', 'accepted', 'accepted', 'lost', 'busy', 'refused', 'claimed'),
    }),
  },
)

export interface Story {
  newTaskIfNoActive: boolean
  reopenLastTask: boolean
  commands: Command[]
}

/** A channel's options and what happens on it; it begins with a client who wrote, so that there is something to do. */
export const stories: fc.Arbitrary<Story> = fc.record({
  newTaskIfNoActive: fc.boolean(),
  reopenLastTask: fc.boolean(),
  commands: fc
    .array(command, { minLength: 1, maxLength: 16, size: 'max' })
    .map((more): Command[] => [
      { do: 'write', client: 'anna', text: 'hello' },
      { do: 'work', client: 'anna', end: 'well' },
      ...more,
    ]),
})
