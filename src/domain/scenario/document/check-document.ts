import type { Language } from '../../words.ts'
import { checkEffects } from './checks/effects.ts'
import { checkExpressions } from './checks/expressions.ts'
import { type Finding, findings } from './checks/finding.ts'
import { checkFlow } from './checks/flow.ts'
import { checkTiming } from './checks/timing.ts'
import { checkVariables } from './checks/variables.ts'
import { checkWebhooks } from './checks/webhooks.ts'
import type { PlaceOf } from './problem.ts'
import type { ScenarioDocument } from './scenario-document.ts'

export type { Finding } from './checks/finding.ts'

/**
 * Everything that can be said against publishing a document without looking anything up: expressions that do not
 * compile, names that are not declared, steps that no run reaches or that would do nothing, free messages that may meet
 * a closed reply window, open hours without a calendar. Errors keep it from being published.
 * @param placeOf of `readDocument`, for lines and columns
 * @param language of the messages
 */
export function checkDocument(document: ScenarioDocument, placeOf?: PlaceOf, language?: Language): Finding[] {
  const { report, found } = findings(placeOf, language)
  for (const check of [checkExpressions, checkVariables, checkTiming, checkFlow, checkEffects, checkWebhooks])
    check(document, report)
  return found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
