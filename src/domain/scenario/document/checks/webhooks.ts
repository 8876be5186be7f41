import { referencesOf } from '../../expressions/references.ts'
import { awaitedIn } from '../awaited-events.ts'
import type { Path } from '../problem.ts'
import type { ScenarioDocument } from '../scenario-document.ts'
import type { WebhookSubject } from '../triggers.ts'
import { steps } from '../walk.ts'
import { hasClient } from './expressions.ts'
import type { Report } from './finding.ts'
import { FINDING_WORDS as say } from './finding-words.ts'

/**
 * Webhooks lead to conversations by their `about`, before any scenario is looked at: it reads nothing but the webhook
 * itself, and in a client's conversation nothing arrives without one.
 */
export function checkWebhooks(document: ScenarioDocument, report: Report): void {
  const { trigger } = document
  if ('event' in trigger && trigger.event === 'webhook.received' && trigger.about) {
    checkAbout(trigger.about, ['trigger', 'about'], report)
  }
  const client = hasClient(document)
  for (const { step, path } of steps(document)) {
    for (const { event, path: inside } of awaitedIn(step)) {
      if (typeof event === 'string' || event.event !== 'webhook.received') continue
      const at = [...path, ...inside]
      if (event.about) checkAbout(event.about, [...at, 'about'], report)
      if (client && !event.about) {
        report('error', 'about_missing', at, say.about_missing.nobody())
      } else if (!client && event.about) {
        report('error', 'no_client', [...at, 'about'], say.no_client.about(), 'key')
      }
    }
  }
}

function checkAbout(about: WebhookSubject, path: Path, report: Report): void {
  for (const [key, text] of Object.entries(about)) {
    if (key === 'channel' || !/\{[{%]/.test(text)) continue
    for (const field of referencesOf({ text })) {
      if (field.startsWith('event.')) continue
      report('error', 'unknown_field', [...path, key], say.unknown_field.inAbout(field))
    }
  }
}
