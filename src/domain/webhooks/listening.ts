import { awaitedIn } from '../scenario/document/awaited-events.ts'
import type { ScenarioDocument } from '../scenario/document/scenario-document.ts'
import type { EventTrigger, WebhookSubject } from '../scenario/document/triggers.ts'
import { steps } from '../scenario/document/walk.ts'

type WebhookTrigger = Extract<EventTrigger, { event: 'webhook.received' }>

/** The trigger of a scenario that a webhook starts; null: it is started by something else. */
export const webhookTrigger = ({ trigger }: ScenarioDocument): WebhookTrigger | null =>
  'event' in trigger && trigger.event === 'webhook.received' ? trigger : null

/** Whom webhooks of this name concern that runs of the document wait for. */
export const awaitedSubjects = (document: ScenarioDocument, webhook: string): WebhookSubject[] =>
  awaitedWebhooks(document).flatMap(({ name, about }) => (name === webhook && about ? [about] : []))

const known = new WeakMap<ScenarioDocument, WebhookTrigger[]>()

/** Documents never change: each is walked once. */
function awaitedWebhooks(document: ScenarioDocument): WebhookTrigger[] {
  const before = known.get(document)
  if (before) return before
  const found = [...steps(document)]
    .flatMap(({ step }) => awaitedIn(step).map(({ event }) => event))
    .filter((event): event is WebhookTrigger => typeof event === 'object' && event.event === 'webhook.received')
  known.set(document, found)
  return found
}
