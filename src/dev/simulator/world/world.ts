import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatedAccount } from '../accounts.ts'
import type { Fault } from '../faults.ts'
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts'
import type {
  CallRecord,
  Client,
  Entry,
  Message,
  NumberRecord,
  StoredMedia,
  StoredTemplate,
  WabaRecord,
  Webhook,
} from './entries.ts'
import { openJournal } from './journal.ts'

/**
 * All that the simulator knows. Changed only through `record`, which writes the journal first,
 * so that memory after a restart is what it was before the kill.
 */
export interface World {
  readonly dataDir: string
  /** Signs the addresses of media files. */
  readonly key: string
  readonly settings: Settings
  readonly accounts: ReadonlyMap<string, SimulatedAccount>
  readonly numbers: ReadonlyMap<string, NumberRecord>
  readonly wabas: ReadonlyMap<string, WabaRecord>
  readonly clients: ReadonlyMap<string, Client>
  readonly messages: ReadonlyMap<string, Message>
  readonly media: ReadonlyMap<string, StoredMedia>
  readonly templates: ReadonlyMap<string, StoredTemplate>
  readonly faults: ReadonlyMap<string, Fault>
  readonly calls: ReadonlyMap<string, CallRecord>
  /** Webhooks that are not delivered yet. */
  readonly owed: ReadonlyMap<string, Webhook>
  /** Grows with every change: the phone page asks again when it does. */
  readonly version: number
  chat(phoneNumberId: string, client: string): readonly Message[]
  /** Chats of one client, or of all. */
  chats(client?: string): { phoneNumberId: string; client: string; messages: readonly Message[] }[]
  /** When the client last wrote to that number, in milliseconds; null: never (reference §8, 24 h window). */
  lastWritten(phoneNumberId: string, client: string): number | null
  record(...entries: Entry[]): void
  onChange(listener: () => void): () => void
  close(): void
}

const chatKey = (phoneNumberId: string, client: string) => `${phoneNumberId}|${client}`

export function openWorld(dataDir: string): World {
  mkdirSync(join(dataDir, 'media'), { recursive: true, mode: 0o700 })
  const accounts = new Map<string, SimulatedAccount>()
  const numbers = new Map<string, NumberRecord>()
  const wabas = new Map<string, WabaRecord>()
  const clients = new Map<string, Client>()
  const messages = new Map<string, Message>()
  const byChat = new Map<string, Message[]>()
  const written = new Map<string, number>()
  const media = new Map<string, StoredMedia>()
  const templates = new Map<string, StoredTemplate>()
  const faults = new Map<string, Fault>()
  const calls = new Map<string, CallRecord>()
  const owed = new Map<string, Webhook>()
  const listeners = new Set<() => void>()
  let key = ''
  let settings: Settings = DEFAULT_SETTINGS
  let version = 0
  let closed = false

  function addMessage(message: Message): void {
    messages.set(message.id, message)
    const place = chatKey(message.phoneNumberId, message.client)
    const chat = byChat.get(place)
    if (chat) chat.push(message)
    else byChat.set(place, [message])
    if (message.direction === 'from_client') written.set(place, Math.max(written.get(place) ?? 0, message.at))
  }

  function apply(entry: Entry): void {
    switch (entry.t) {
      case 'key':
        key = entry.key
        return
      case 'account':
        accounts.set(entry.account.phoneNumberId, entry.account)
        return
      case 'settings':
        settings = { ...DEFAULT_SETTINGS, ...entry.settings }
        return
      case 'number':
        numbers.set(entry.id, {
          ...(numbers.get(entry.id) ?? { id: entry.id, registered: true, pin: null, token: null, override: null }),
          ...entry.patch,
        })
        return
      case 'waba':
        wabas.set(entry.id, {
          ...(wabas.get(entry.id) ?? { id: entry.id, subscribed: null, token: null, override: null }),
          ...entry.patch,
        })
        return
      case 'client':
        clients.set(entry.key, { ...(clients.get(entry.key) ?? newClient(entry.key)), ...entry.patch })
        return
      case 'message':
        addMessage(entry.message)
        return
      case 'message_changed':
        change(messages.get(entry.id), entry.patch)
        return
      case 'media':
        media.set(entry.media.id, entry.media)
        return
      case 'media_deleted':
        change(media.get(entry.id), { deleted: true })
        return
      case 'template':
        templates.set(entry.template.id, entry.template)
        return
      case 'fault':
        faults.set(entry.fault.id, entry.fault)
        return
      case 'fault_drawn':
        change(faults.get(entry.id), { drawn: entry.drawn, used: entry.used })
        return
      case 'fault_removed':
        faults.delete(entry.id)
        return
      case 'call':
        calls.set(entry.call.id, entry.call)
        return
      case 'call_ended':
        change(calls.get(entry.id), entry.patch)
        return
      case 'webhook':
        owed.set(entry.webhook.id, entry.webhook)
        return
      case 'webhook_changed':
        change(owed.get(entry.id), entry.patch)
        if (entry.patch.outcome) owed.delete(entry.id)
        return
    }
  }

  const journal = openJournal<Entry>(join(dataDir, 'journal.jsonl'), apply)

  function record(...entries: Entry[]): void {
    // After stop() a late answer of a webhook or a held call has nobody left to tell.
    if (closed) return
    journal.append(entries)
    for (const entry of entries) apply(entry)
    version += 1
    for (const listener of listeners) listener()
  }

  if (key === '') record({ t: 'key', key: randomBytes(32).toString('hex') })

  return {
    dataDir,
    get key() {
      return key
    },
    get settings() {
      return settings
    },
    get version() {
      return version
    },
    accounts,
    numbers,
    wabas,
    clients,
    messages,
    media,
    templates,
    faults,
    calls,
    owed,
    chat: (phoneNumberId, client) => byChat.get(chatKey(phoneNumberId, client)) ?? [],
    chats(client) {
      const all = [...byChat.values()].flatMap((chat) => {
        const [first] = chat
        return first ? [{ phoneNumberId: first.phoneNumberId, client: first.client, messages: chat }] : []
      })
      return client === undefined ? all : all.filter((chat) => chat.client === client)
    },
    lastWritten: (phoneNumberId, client) => written.get(chatKey(phoneNumberId, client)) ?? null,
    record,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closed = true
      journal.close()
    },
  }
}

function newClient(key: string): Client {
  return {
    key,
    name: '',
    userId: null,
    username: null,
    withoutPhone: false,
    blocked: false,
    optedOut: false,
    onWhatsApp: true,
  }
}

/** In place: the same object sits in several indexes. */
function change<T extends object>(target: T | undefined, patch: Partial<T>): void {
  if (target) Object.assign(target, patch)
}
