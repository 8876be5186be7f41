import { isBusinessDuration } from '../durations.ts'
import type { Path } from '../problem.ts'
import type { ScenarioDocument } from '../scenario-document.ts'
import { steps } from '../walk.ts'
import type { Report } from './finding.ts'

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

const never = (branch: string, without: string, path: Path, report: Report) =>
  report('error', 'unreachable_branch', [...path, branch], `${branch} never happens without ${without}`, 'key')

function checkTimed({ duration, until, calendar }: Timed, path: Path, key: string, report: Report): void {
  const business = duration !== undefined && isBusinessDuration(duration)
  if (business && !calendar) {
    report('error', 'calendar_missing', [...path, key], `${duration} is counted in open hours: name a calendar`)
  }
  if (until === 'open' && !calendar) {
    report('error', 'calendar_missing', [...path, 'until'], 'The next opening of which calendar? Name one')
  }
  if (calendar && !business && until !== 'open') {
    report('warning', 'calendar_unused', [...path, 'calendar'], 'Nothing here is counted in open hours')
  }
  if (until !== undefined && until !== 'open' && !/\{[{%]/.test(until) && !isTime(until)) {
    report('error', 'invalid_time', [...path, 'until'], '“until” is `open` or a time such as 2027-01-31T09:00:00Z')
  }
}

/** Only with its offset does a time mean the same everywhere. */
const isTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
  !Number.isNaN(Date.parse(text))
