import type { ReportedState } from '../../domain/delivery-state.ts'
import type { ProviderMessageId } from '../../domain/ids.ts'
import type { InboundItem } from '../port.ts'
import { MalformedItem, requiredId, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { digitsIn } from './address.ts'
import { codeOf } from './errors.ts'

const STATES: Readonly<Record<string, ReportedState>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
}

/** A status callback (reference §12). @throws MalformedItem without id or numbers, or for a word that is no state */
export function readStatus(fields: JsonObject, word: string, now: Date): InboundItem {
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined
  if (state === undefined) throw new MalformedItem('an unknown status word')
  const code = textAt(fields, 'ErrorCode')
  return {
    to: 'delivery',
    account: `+${digitsIn(textAt(fields, 'From'))}`,
    path: '',
    status: {
      providerMessageId: requiredId(fields, 'MessageSid') as ProviderMessageId,
      deliveryId: null,
      state,
      at: now,
      errors:
        code === null ? [] : [{ code: codeOf(code), title: `Twilio ${code}`, details: textAt(fields, 'ErrorMessage') }],
      identities: [{ kind: 'wa_id', value: digitsIn(textAt(fields, 'To')) }],
      pricing: null,
    },
  }
}
