import { awaitedIn } from './document/awaited-events.ts'
import type { Report } from './document/checks/finding.ts'
import { FINDING_WORDS as say } from './document/checks/finding-words.ts'
import type { EventName } from './document/events.ts'
import type { Path } from './document/problem.ts'
import type { ScenarioDocument } from './document/scenario-document.ts'
import { actionOf } from './document/step.ts'
import { awaitedName } from './document/triggers.ts'
import { steps } from './document/walk.ts'
import type { Supported } from './supported.ts'

/** Says what a document needs and this version of Parley does not run: code `not_supported`, naming event or step. */
export function checkSupported(document: ScenarioDocument, supported: Supported, report: Report): void {
  const checkEvent = (name: EventName, path: Path) => {
    if (supported.events.has(name)) return
    report('error', 'not_supported', path, say.not_supported.event(name))
  }
  const { trigger } = document
  if ('event' in trigger) checkEvent(trigger.event, ['trigger', 'event'])
  else checkEvent('button.pressed', ['trigger', 'button'])
  for (const { step, path } of steps(document)) {
    const action = actionOf(step)
    if (!supported.actions.has(action)) {
      report('error', 'not_supported', [...path, action], say.not_supported.step(action, step.id), 'key')
    }
    for (const { event, path: inside } of awaitedIn(step)) checkEvent(awaitedName(event), [...path, ...inside])
  }
}
