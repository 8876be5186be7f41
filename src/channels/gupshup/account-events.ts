import { createHash } from 'node:crypto'
import type { InboundItem } from '../port.ts'
import { at } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { templateEffect } from './template-events.ts'
import { requiredMillis } from './times.ts'

/**
 * What is about no message: a template's review, or `user-event`, `billing-event` and others, which are kept and of no
 * effect. It has no id.
 */
export function readAccountEvent(event: JsonObject, app: string, type: string): InboundItem {
  const payload = at(event, 'payload') ?? null
  const time = requiredMillis(event, 'timestamp')
  const hash = createHash('sha256')
    .update(JSON.stringify([type, time.getTime(), payload]))
    .digest('hex')
  return {
    to: 'channel',
    account: { accountId: app },
    path: '',
    dedupeKey: `account:${hash}`,
    at: time,
    event: {
      kind: type.slice(0, 100),
      value: { payload },
      effect: (type === 'template-event' ? templateEffect(payload) : null) ?? { does: 'nothing' },
    },
  }
}
