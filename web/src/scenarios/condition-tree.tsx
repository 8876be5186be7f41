import { Check, X } from 'lucide-react'
import { breakable } from '../ui/breakable.tsx'
import { cx } from '../ui/class-names.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { reasonDetail, reasonText } from '../words/run-reasons.ts'
import { checkWords } from './check-words.ts'
import { shown } from './deed-lines.ts'
import type { ConditionResult } from './run-api.ts'

/** A condition with each of its parts green or red, and with what it saw. */
export function ConditionTree({ result }: { result: ConditionResult }) {
  const words = useRoomWords(checkWords).condition
  if (!result.conditions) return <Leaf result={result} />
  const group = result.operator as 'all' | 'any' | 'none'
  return (
    <div>
      <p className="flex items-center gap-1.5 text-[0.8125rem] font-medium">
        <Mark ok={result.ok} /> {words[group]}
      </p>
      <ul className="mt-1 ml-1.5 space-y-1 border-l border-line pl-3">
        {result.conditions.map((part) => (
          <li key={part.path}>
            <ConditionTree result={part} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Leaf({ result }: { result: ConditionResult }) {
  const words = useRoomWords(checkWords).condition
  const { locale } = useLanguage()
  const { ok, field, operator, expected, actual, values, error } = result
  const operators: Record<string, string> = words.operators
  return (
    <div className="flex items-start gap-1.5 text-[0.8125rem]">
      <Mark ok={ok} />
      <div className="min-w-0 wrap-anywhere">
        {operator === 'cel' ? (
          <code className="text-xs">{shown(expected)}</code>
        ) : (
          <>
            <code className="text-xs">{field}</code> {operators[operator] ?? operator}{' '}
            <span className="font-medium">{shown(expected)}</span>
          </>
        )}
        <p className={cx('text-xs', ok ? 'text-soft' : 'text-danger')}>
          {breakable(error ? failure(error) : operator === 'cel' ? saw(values) : seen(actual))}
        </p>
      </div>
    </div>
  )

  function failure(reason: { code: string; message: string }): string {
    const text = reasonText(words.errors, reason)
    const detail = reason.code === 'cel' ? reasonDetail(locale, text, reason) : ''
    return detail ? `${text}: ${detail}` : text
  }
  function seen(value: unknown): string {
    return value === undefined ? words.missing : words.saw(value === '' ? words.empty : shown(value))
  }
  function saw(all: Record<string, unknown> | undefined): string {
    return Object.entries(all ?? {})
      .map(([name, value]) => `${name}: ${shown(value)}`)
      .join('; ')
  }
}

function Mark({ ok }: { ok: boolean }) {
  const words = useRoomWords(checkWords).condition
  const Icon = ok ? Check : X
  return (
    <Icon
      size={14}
      role="img"
      aria-label={ok ? words.holds : words.fails}
      className={cx('mt-0.5 shrink-0', ok ? 'text-success' : 'text-danger')}
    />
  )
}
