import type { ReportedState } from '../../domain/delivery-state.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { InboundItem } from '../port.ts'
import { idAt, MalformedItem, objectAt, requiredId, textAt, timeAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { codeOf } from './errors.ts'
import { requiredMillis } from './times.ts'

const STATES: Readonly<Record<string, ReportedState>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
}

/** `enqueued` brings WhatsApp's id and nothing else; `deleted` is about a client's own message. */
const NO_NEWS: ReadonlySet<string> = new Set(['enqueued', 'deleted'])

export const isNoNews = (event: JsonObject): boolean => NO_NEWS.has(textAt(objectAt(event, 'payload'), 'type') ?? '')

/**
 * A `message-event` (reference §12). `gsId` is Gupshup's id, which we have from the answer to the send; where it is
 * absent (failures before WhatsApp had the message), `id` is that one. Later than a week after the send only WhatsApp's
 * id comes: such a status finds nothing.
 * @throws MalformedItem without id, time or client, or for a word that is no state
 */
export function readStatus(event: JsonObject, app: string): InboundItem {
  const payload = objectAt(event, 'payload')
  const word = textAt(payload, 'type') ?? ''
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (state === undefined) throw new MalformedItem('an unknown status word')
  const details = objectAt(payload, 'payload')
  const code = textAt(details, 'code')
  const client = idAt(payload, 'destination')
  return {
    to: 'delivery',
    account: app,
    path: '/payload',
    status: {
      providerMessageId: (idAt(payload, 'gsId') ?? requiredId(payload, 'id')) as ProviderMessageId,
      deliveryId: null,
      state,
      at: timeAt(details, 'ts') ?? requiredMillis(event, 'timestamp'),
      errors:
        code === null ? [] : [{ code: codeOf(code), title: `Gupshup ${code}`, details: textAt(details, 'reason') }],
      identities: client !== null && /^\d{7,15}$/.test(client) ? [{ kind: 'wa_id', value: client }] : [],
      pricing: null,
    },
  }
}
