import { breakable } from '../ui/breakable.tsx'
import { cx } from '../ui/class-names.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { deedLines, shown } from './deed-lines.ts'
import { nameOf, scenarioNames } from './names.ts'

const BUBBLES = {
  client: 'bg-message-bubble',
  colleagues: 'bg-comment-bubble text-comment-ink',
  nobody: 'bg-hover',
}

/** What a step asked for, with every text filled in. Texts may come from clients: they are shown as text. */
export function DeedContent({ deed, withAction = true }: { deed: Record<string, unknown>; withAction?: boolean }) {
  const names = useRoomWords(scenarioNames)
  const { text, reader, lines } = deedLines(deed)
  if (text === null && lines.length === 0 && !withAction) return null
  return (
    <div className="min-w-0 space-y-1">
      {withAction && typeof deed.do === 'string' && (
        <p className="text-[0.8125rem] text-soft">{nameOf(names.actions, deed.do)}</p>
      )}
      {text !== null && (
        <p dir="auto" className={cx('rounded-lg px-3 py-1.5 whitespace-pre-wrap wrap-anywhere', BUBBLES[reader])}>
          {breakable(text)}
        </p>
      )}
      {lines.length > 0 && (
        <dl className="grid grid-cols-[minmax(4rem,auto)_1fr] gap-x-3 gap-y-0.5 text-[0.8125rem]">
          {lines.map(({ key, value }) => (
            <Line key={key} name={key} value={value} />
          ))}
        </dl>
      )}
    </div>
  )
}

function Line({ name, value }: { name: string; value: unknown }) {
  const names = useRoomWords(scenarioNames)
  const { formats } = useLanguage()
  return (
    <>
      <dt className="text-soft">{nameOf(names.values, name)}</dt>
      <dd dir="auto" className="min-w-0 whitespace-pre-wrap wrap-anywhere">
        {breakable(inWords())}
      </dd>
    </>
  )

  function inWords(): string {
    if (value === true) return names.yes
    if (name === 'event' && typeof value === 'string') return nameOf(names.events, value)
    if (name === 'events' && Array.isArray(value))
      return value.map((one) => nameOf(names.events, String(one))).join(', ')
    if ((name === 'deadline' || name === 'until') && typeof value === 'string') return formats.moment(new Date(value))
    return shown(value)
  }
}
