import { referencesOf } from '../../expressions/references.ts'
import { awaitedIn } from '../awaited-events.ts'
import type { Path } from '../problem.ts'
import type { ScenarioDocument } from '../scenario-document.ts'
import type { WebhookSubject } from '../triggers.ts'
import { steps } from '../walk.ts'
import { hasClient } from './expressions.ts'
import type { Report } from './finding.ts'

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
        report('error', 'about_missing', at, 'Say whom the webhook concerns: without about it reaches no conversation')
      } else if (!client && event.about) {
        report('error', 'no_client', [...at, 'about'], 'This scenario starts without a client: leave about out', 'key')
      }
    }
  }
}

function checkAbout(about: WebhookSubject, path: Path, report: Report): void {
  for (const [key, text] of Object.entries(about)) {
    if (key === 'channel' || !/\{[{%]/.test(text)) continue
    for (const field of referencesOf({ text })) {
      if (field.startsWith('event.')) continue
      const words = `“${field}” is not known yet when a webhook comes: about reads event.body alone`
      report('error', 'unknown_field', [...path, key], words)
    }
  }
}
