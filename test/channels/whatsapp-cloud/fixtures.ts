import { readdirSync, readFileSync } from 'node:fs'
import type { InboundItem } from '../../../src/channels/port.ts'
import { parseWebhook } from '../../../src/channels/whatsapp-cloud/parse.ts'

const FOLDER = new URL('../../fixtures/webhooks/', import.meta.url)
const INDEX = JSON.parse(readFileSync(new URL('../signatures.json', FOLDER), 'utf8')) as Record<string, string>

export const APP_SECRET = INDEX._app_secret ?? ''
export const fixtureNames: string[] = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''))
export const fixture = (name: string): Buffer => readFileSync(new URL(`${name}.json`, FOLDER))
export const signatureOf = (name: string): string => INDEX[name] ?? ''

export const PHONE_NUMBER_ID = '106540352242922'
export const WABA_ID = '102290129340398'

export const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

/** A body with one change. */
export const bodyOf = (field: string, value: object, entry: object = { id: WABA_ID }): Uint8Array =>
  bytes({ object: 'whatsapp_business_account', entry: [{ ...entry, changes: [{ field, value }] }] })

export const METADATA = { display_phone_number: '15550783881', phone_number_id: PHONE_NUMBER_ID }

/** What one message of a client becomes. */
export function parseMessage(message: object, contacts?: object[]): InboundItem {
  const whole = { from: '16505551234', id: 'wamid.A', timestamp: '1760000000', ...message }
  const value = { messaging_product: 'whatsapp', metadata: METADATA, contacts, messages: [whole] }
  return only(parseWebhook(bodyOf('messages', value)))
}

export function only(items: InboundItem[]): InboundItem {
  const [item, ...rest] = items
  if (item === undefined || rest.length > 0) throw new Error(`expected one item, got ${items.length}`)
  return item
}

/** An item in one line, for tables. */
export function summary(item: InboundItem): string {
  switch (item.to) {
    case 'conversation': {
      const { event } = item
      const what =
        event.kind === 'message.received' || event.kind === 'message.echoed'
          ? `${event.kind} ${event.message.content.kind}`
          : event.kind
      const who = item.identities.map((one) => `${one.kind}:${one.value}`).join(',')
      return `${what} ${who}${item.opensWindow ? ' opens' : ''}`
    }
    case 'delivery':
      return `delivery ${[item.status.state, ...item.status.errors.map((error) => error.code)].join(' ')}`
    case 'channel':
      return `channel ${item.event.kind} ${item.event.effect.does}`
    case 'dead_letter':
      return `dead_letter ${item.reason} ${item.path}`
  }
}
