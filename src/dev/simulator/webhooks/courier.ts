import type { AccountDirectory } from '../accounts.ts'
import { chance, drawFaults, struckBy } from '../faults.ts'
import { encodeWebhookBody, signWebhookBody } from '../wire/encoding.ts'
import { newId } from '../wire/ids.ts'
import type { Entry, Update, Webhook } from '../world/entries.ts'
import type { World } from '../world/world.ts'
import { webhookBody } from './envelope.ts'
import { createGate } from './gate.ts'
import { type Target, targetOf } from './target.ts'

/** Posts webhooks until they are answered 200 (reference §1.3). What is owed is in the journal and survives a kill. */
export interface Courier {
  /** Journals the updates together with `entries`, in one append, and starts delivering them. */
  post(updates: readonly Update[], options?: { delayMs?: number; entries?: readonly Entry[] }): Webhook[]
  /** As `post`, and waits for the first answer, whatever it is. */
  postAndWait(updates: readonly Update[], entries: readonly Entry[]): Promise<void>
  /** Lets go of what a removed fault held back. */
  release(faultId: string): void
  /** Tries everything that waits for its next attempt now. */
  hurry(): void
  /** Takes up what a former process owed. */
  resume(): void
  stop(): Promise<void>
}

type Address = Extract<Target, { to: 'address' }>

const GIVE_UP_MS = 7 * 24 * 3600 * 1000
const ANSWER_WITHIN_MS = 10_000
/** How long a gathering fault waits for company. */
const GATHER_MS = 1000
const AT_ONCE = 64

export function createCourier(
  world: World,
  accounts: AccountDirectory,
  now: () => number,
  log: (message: string, fields?: Record<string, unknown>) => void,
): Courier {
  const closing = new AbortController()
  const gate = createGate(AT_ONCE)
  const timers = new Map<string, { timer: NodeJS.Timeout; run: () => void }>()
  const inFlight = new Set<Promise<void>>()
  /** Per chat, first attempts follow each other; later attempts do not wait. */
  const chains = new Map<string, Promise<void>>()
  const gathered = new Map<string, { kind: 'batch' | 'disorder'; seed: number; n: number; webhooks: Webhook[] }>()

  function later(id: string, ms: number, run: () => void): void {
    clearTimeout(timers.get(id)?.timer)
    const fire = () => {
      timers.delete(id)
      run()
    }
    timers.set(id, { timer: setTimeout(fire, Math.max(0, ms)), run: fire })
  }

  /** Keeps the work in sight until it is over; the result never rejects. */
  function track(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: unknown) => log('simulator: a webhook could not be worked off', { error: String(error) }))
      .finally(() => inFlight.delete(tracked))
    inFlight.add(tracked)
    return tracked
  }

  async function attempt(webhook: Webhook): Promise<void> {
    if (closing.signal.aborted || !world.owed.has(webhook.id)) return
    const [first] = webhook.updates
    if (!first) return
    const target = await targetOf(world, accounts, first)
    if (target.to === 'nobody') {
      world.record({ t: 'webhook_changed', id: webhook.id, patch: { outcome: 'dropped' } })
      return
    }
    const status = target.to === 'unknown' ? null : await gate(() => deliver(target, webhook))
    if (closing.signal.aborted) return
    if (status === 200) {
      if (target.to === 'address') await repeat(target, webhook)
      settle(webhook)
    } else putOff(webhook, status)
  }

  /** @returns the HTTP status, or null when there was no answer. */
  async function deliver({ url, appSecret, headers }: Address, webhook: Webhook): Promise<number | null> {
    const body = encodeWebhookBody(webhookBody(webhook.updates))
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          ...(appSecret === null ? {} : { 'x-hub-signature-256': signWebhookBody(appSecret, body) }),
          ...headers,
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      })
      await answer.arrayBuffer()
      return answer.status
    } catch (error) {
      if (!closing.signal.aborted) log('simulator: a webhook was not answered', { url, error: String(error) })
      return null
    }
  }

  async function repeat(target: Address, webhook: Webhook): Promise<void> {
    for (let copy = 0; copy < webhook.copies; copy += 1) await gate(() => deliver(target, webhook))
  }

  function settle(webhook: Webhook): void {
    const ticks: Entry[] = webhook.updates
      .flatMap((update) => update.about.messageIds)
      .map((id) => world.messages.get(id))
      .filter((message) => message?.direction === 'from_client' && message.state === 'sent')
      .map((message) => ({ t: 'message_changed', id: String(message?.id), patch: { state: 'delivered' } }))
    world.record({ t: 'webhook_changed', id: webhook.id, patch: { outcome: 'delivered', lastStatus: 200 } }, ...ticks)
  }

  function putOff(webhook: Webhook, lastStatus: number | null): void {
    if (now() - webhook.createdAt > GIVE_UP_MS) {
      world.record({ t: 'webhook_changed', id: webhook.id, patch: { outcome: 'dropped', lastStatus } })
      return
    }
    const pauses = world.settings.retryPausesMs
    const pause = pauses[Math.min(webhook.attempts, pauses.length - 1)] ?? 1000
    world.record({
      t: 'webhook_changed',
      id: webhook.id,
      patch: { attempts: webhook.attempts + 1, nextAt: now() + pause, lastStatus },
    })
    later(webhook.id, pause, () => void track(attempt(webhook)))
  }

  function dispatch(webhook: Webhook, delayMs: number): Promise<void> {
    const [first] = webhook.updates
    const chat = `${first?.phoneNumberId}|${first?.about.from ?? first?.about.to ?? webhook.id}`
    const before = chains.get(chat) ?? Promise.resolve()
    const pause = () => new Promise<void>((resolve) => later(webhook.id, delayMs, resolve))
    const work = before.then(() => (delayMs > 0 ? pause() : undefined)).then(() => attempt(webhook))
    const turn = track(work).finally(() => {
      if (chains.get(chat) === turn) chains.delete(chat)
    })
    chains.set(chat, turn)
    return turn
  }

  /** Applies the faults of the wire to one update. @returns null when it is not to be posted at all. */
  function prepare(
    update: Update,
    delayMs: number,
  ): { webhook: Webhook; gather: string | null; delayMs: number } | null {
    const faults = drawFaults(world, 'webhook', {
      phoneNumberId: update.phoneNumberId,
      from: update.about.from,
      to: update.about.to,
    })
    if (struckBy(faults, 'no_statuses') && Array.isArray(update.value.statuses)) return null
    const held = faults.find((fault) => fault.action.kind === 'hold_webhooks')
    const gathering = faults.find((fault) => fault.action.kind === 'batch' || fault.action.kind === 'disorder')
    if (gathering && (gathering.action.kind === 'batch' || gathering.action.kind === 'disorder')) {
      const { kind, n } = gathering.action
      if (!gathered.has(gathering.id)) {
        gathered.set(gathering.id, { kind, n, seed: gathering.seed + gathering.drawn, webhooks: [] })
      }
    }
    const delay = delayMs + (struckBy(faults, 'slow')?.ms ?? 0)
    const webhook: Webhook = {
      id: newId('hook'),
      updates: [update],
      createdAt: now(),
      attempts: 0,
      nextAt: now() + delay,
      lastStatus: null,
      heldBy: held?.id ?? null,
      copies: struckBy(faults, 'duplicate_webhooks')?.n ?? 0,
      outcome: null,
    }
    return { webhook, gather: gathering?.id ?? null, delayMs: delay }
  }

  function accept(updates: readonly Update[], delayMs: number, entries: readonly Entry[]) {
    const prepared = updates.map((update) => prepare(update, delayMs)).filter((one) => one !== null)
    const all: Entry[] = [...entries, ...prepared.map((one): Entry => ({ t: 'webhook', webhook: one.webhook }))]
    if (all.length > 0) world.record(...all)
    const turns = prepared.map(({ webhook, gather, delayMs: delay }) => {
      if (webhook.heldBy !== null) return Promise.resolve()
      if (gather !== null) return gatherFor(gather, webhook)
      return dispatch(webhook, delay)
    })
    return { webhooks: prepared.map((one) => one.webhook), turns }
  }

  function gatherFor(faultId: string, webhook: Webhook): Promise<void> {
    const group = gathered.get(faultId)
    if (!group) return dispatch(webhook, 0)
    group.webhooks.push(webhook)
    if (group.webhooks.length >= group.n) letGo(faultId)
    else later(faultId, GATHER_MS, () => letGo(faultId))
    return Promise.resolve()
  }

  function letGo(faultId: string): void {
    const group = gathered.get(faultId)
    gathered.delete(faultId)
    clearTimeout(timers.get(faultId)?.timer)
    timers.delete(faultId)
    if (!group) return
    if (group.kind === 'disorder') {
      // One after the other, so that the shuffled order is also the order of arrival.
      const shuffled = shuffle(group.webhooks, group.seed)
      void track(
        shuffled.reduce<Promise<void>>((before, webhook) => before.then(() => attempt(webhook)), Promise.resolve()),
      )
      return
    }
    const [first] = group.webhooks
    if (!first) return
    const together: Webhook = {
      ...first,
      id: newId('hook'),
      updates: group.webhooks.flatMap((webhook) => webhook.updates),
      copies: Math.max(...group.webhooks.map((webhook) => webhook.copies)),
    }
    world.record(
      { t: 'webhook', webhook: together },
      ...group.webhooks.map(({ id }): Entry => ({ t: 'webhook_changed', id, patch: { outcome: 'dropped' } })),
    )
    void dispatch(together, 0)
  }

  return {
    post: (updates, options) => accept(updates, options?.delayMs ?? 0, options?.entries ?? []).webhooks,
    async postAndWait(updates, entries) {
      await Promise.allSettled(accept(updates, 0, entries).turns)
    },
    release(faultId) {
      if (gathered.has(faultId)) letGo(faultId)
      for (const webhook of world.owed.values()) {
        if (webhook.heldBy !== faultId) continue
        world.record({ t: 'webhook_changed', id: webhook.id, patch: { heldBy: null } })
        void dispatch(webhook, 0)
      }
    },
    hurry() {
      for (const faultId of [...gathered.keys()]) letGo(faultId)
      for (const { timer, run } of [...timers.values()]) {
        clearTimeout(timer)
        run()
      }
    },
    resume() {
      for (const webhook of world.owed.values()) {
        if (webhook.heldBy === null) void dispatch(webhook, webhook.nextAt - now())
      }
    },
    async stop() {
      closing.abort()
      for (const { timer, run } of [...timers.values()]) {
        clearTimeout(timer)
        run()
      }
      await Promise.allSettled(inFlight)
    },
  }
}

/** Fisher–Yates over a seed, never the given order. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance(seed, last) * (last + 1))
    const kept = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = kept
  }
  return shuffled.every((item, index) => item === items[index]) ? shuffled.reverse() : shuffled
}
