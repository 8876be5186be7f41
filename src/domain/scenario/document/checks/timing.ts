import { isBusinessDuration } from '../durations.ts'
import type { Path } from '../problem.ts'
import type { ScenarioDocument } from '../scenario-document.ts'
import { steps } from '../walk.ts'
import type { Report } from './finding.ts'
import { FINDING_WORDS as say } from './finding-words.ts'

interface Timed {
  duration?: string | undefined
  until?: string | undefined
  calendar?: string | undefined
}

/** Open hours are a calendar's; a deadline that is written out is a time; what a deadline leads to has one. */
export function checkTiming(document: ScenarioDocument, report: Report): void {
  const { trigger } = document
  if ('event' in trigger) {
    if (trigger.event === 'conversation.idle')
      checkTimed({ ...trigger, duration: trigger.for }, ['trigger'], 'for', report)
    if (trigger.event === 'task.overdue')
      checkTimed({ ...trigger, duration: trigger.after }, ['trigger'], 'after', report)
  }
  for (const { step, path } of steps(document)) {
    if ('wait' in step) {
      const { wait } = step
      checkTimed({ ...wait, duration: wait.timeout }, [...path, 'wait'], 'timeout', report)
      if (step.onTimeout && !wait.timeout && !wait.until) never('onTimeout', 'a timeout or until', path, report)
      if (step.onTimeout && !wait.for) never('onTimeout', 'events to wait for', path, report)
      if (step.onReply && !wait.for) never('onReply', 'events to wait for', path, report)
    }
    if ('waitAny' in step) {
      const { waitAny } = step
      checkTimed({ ...waitAny, duration: waitAny.timeout }, [...path, 'waitAny'], 'timeout', report)
      if (step.onTimeout && !waitAny.timeout && !waitAny.until) never('onTimeout', 'a timeout or until', path, report)
    }
  }
}

const never = (
  branch: string,
  without: Parameters<typeof say.unreachable_branch.never>[1],
  path: Path,
  report: Report,
) => report('error', 'unreachable_branch', [...path, branch], say.unreachable_branch.never(branch, without), 'key')

function checkTimed({ duration, until, calendar }: Timed, path: Path, key: string, report: Report): void {
  const business = duration !== undefined && isBusinessDuration(duration)
  if (business && !calendar) {
    report('error', 'calendar_missing', [...path, key], say.calendar_missing.openHours(duration))
  }
  if (until === 'open' && !calendar) {
    report('error', 'calendar_missing', [...path, 'until'], say.calendar_missing.nextOpening())
  }
  if (calendar && !business && until !== 'open') {
    report('warning', 'calendar_unused', [...path, 'calendar'], say.calendar_unused.nothing())
  }
  if (until !== undefined && until !== 'open' && !/\{[{%]/.test(until) && !isTime(until)) {
    report('error', 'invalid_time', [...path, 'until'], say.invalid_time.until())
  }
}

/** Only with its offset does a time mean the same everywhere. */
const isTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
  !Number.isNaN(Date.parse(text))
