import { ConditionTree } from '../../scenarios/condition-tree.tsx'
import { DeedContent } from '../../scenarios/deed-content.tsx'
import { branchName, nameOf, scenarioNames } from '../../scenarios/names.ts'
import { breakable } from '../../ui/breakable.tsx'
import { cx } from '../../ui/class-names.ts'
import { useRoomWords } from '../../words/room-words.ts'
import { reasonText } from '../../words/run-reasons.ts'
import {
  type Happening,
  type ShownMessage,
  type TriedAfter,
  type TriedDecision,
  type TriedEntry,
  tellingEntries,
} from './trial.ts'
import { tryWords } from './words.ts'

type Tap = Extract<Happening, { tap: unknown }>['tap']

interface AfterViewProps {
  after: TriedAfter
  /** null: a chat that can take nothing more */
  onTap: ((tap: Tap) => void) | null
}

const GOOD = new Set(['done', 'finished'])
const BAD = new Set(['error', 'failed', 'blocked'])

/** What came of one happening: messages as the client sees them, and between them what else was done and why. */
export function AfterView({ after, onTap }: AfterViewProps) {
  const words = useRoomWords(tryWords)
  const entries = tellingEntries(after.entries)
  if (entries.length === 0 && after.decisions.length === 0) {
    return <p className="text-center text-xs text-soft">{words.nothing}</p>
  }
  return (
    <>
      {after.decisions.map((decision, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: decisions have no name and never move
        <Decision key={index} decision={decision} />
      ))}
      {entries.map((entry) => (
        <Entry key={`${entry.run}/${entry.n}`} entry={entry} onTap={onTap} />
      ))}
    </>
  )
}

function Decision({ decision: { event, started, reason, condition } }: { decision: TriedDecision }) {
  const words = useRoomWords(tryWords)
  const names = useRoomWords(scenarioNames)
  const told = started
    ? event === null
      ? words.starts
      : words.startsBy(nameOf(names.events, event))
    : words.notStarted(reason === null ? '' : nameOf(names.notStarted, reason))
  if (!condition) return <p className="text-xs text-soft">{told}</p>
  return (
    <details className="text-xs text-soft">
      <summary className="cursor-pointer pointer-coarse:py-2">{told}</summary>
      <div className="mt-1 ml-3">
        <ConditionTree result={condition} />
      </div>
    </details>
  )
}

function Entry({ entry, onTap }: { entry: TriedEntry; onTap: AfterViewProps['onTap'] }) {
  const words = useRoomWords(tryWords)
  const names = useRoomWords(scenarioNames)
  const { outcome, action, inputs, answer, shows, took, error, conditions = [] } = entry
  const deed = typeof inputs === 'object' && inputs !== null ? (inputs as Record<string, unknown>) : {}
  if (outcome === 'asked') {
    const failed = answer !== null && !GOOD.has(answer.outcome) ? answer : null
    const why =
      failed && (failed.error ? reasonText(names.reasons, failed.error) : nameOf(names.outcomes, failed.outcome))
    if (shows && !failed) return <Message message={shows} onTap={onTap} />
    return (
      <div className="rounded-md border border-line px-2.5 py-1.5">
        <DeedContent deed={deed} />
        {deed.do === 'sendTemplate' || deed.do === 'sendQuickReply' ? (
          <p className="text-xs text-warning">{failed ? '' : words.notShown}</p>
        ) : null}
        {why && <p className="text-xs text-danger">{String(deed.do).startsWith('send') ? words.wouldNot(why) : why}</p>}
      </div>
    )
  }
  return (
    <div className={cx('text-xs', BAD.has(outcome) ? 'text-danger' : 'text-soft')}>
      <p>
        {entry.step === null || action === 'end' ? nameOf(names.moments, action) : nameOf(names.actions, action)}:{' '}
        {nameOf(names.outcomes, outcome)}
        {took && ` ${branchName(names, took)}`}
        {error && `: ${reasonText(names.reasons, error)}`}
      </p>
      {outcome === 'waits' && <DeedContent deed={deed} withAction={false} />}
      {conditions.map((result) => (
        <ConditionTree key={result.path} result={result} />
      ))}
    </div>
  )
}

const TAPS = { reply: 'reply', row: 'list', template: 'template' } as const

function Message({ message, onTap }: { message: ShownMessage; onTap: AfterViewProps['onTap'] }) {
  const words = useRoomWords(tryWords)
  const { header, text, footer, buttons, hasFile, template } = message
  return (
    <div className="ml-auto max-w-[85%] space-y-1">
      <div dir="auto" className="rounded-lg bg-message-bubble px-3 py-1.5 whitespace-pre-wrap wrap-anywhere">
        {hasFile && <p className="text-xs text-soft">{words.file}</p>}
        {header !== null && <p className="font-medium">{breakable(header)}</p>}
        {text !== null && <p>{breakable(text)}</p>}
        {footer !== null && <p className="text-xs text-soft">{breakable(footer)}</p>}
      </div>
      {template && <p className="text-end text-xs text-soft">{words.template(template.name, template.language)}</p>}
      {buttons.length > 0 && (
        <div className="grid gap-1">
          {buttons.map(({ kind, id, title, description }, index) => (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: titles may be the same
              key={index}
              type="button"
              disabled={kind === 'link' || onTap === null}
              onClick={() => kind !== 'link' && onTap?.({ id: id ?? title, title, of: TAPS[kind] })}
              className="rounded-md border border-line bg-raised px-3 py-1.5 text-center text-[0.8125rem] font-medium wrap-anywhere hover:bg-hover disabled:opacity-60 pointer-coarse:min-h-11"
            >
              {title}
              {description !== null && <span className="block text-xs font-normal text-soft">{description}</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
