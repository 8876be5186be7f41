import type { Comment } from '../api/types.ts'
import { statusName } from '../inbox/status-name.ts'
import { en, type Words } from '../words/en.ts'
import { useLanguage } from '../words/language.tsx'

/** A quiet line: what happened to the task. */
export function SystemLine({ comment }: { comment: Comment }) {
  const { words, formats } = useLanguage()
  const at = new Date(comment.at)
  return (
    <article aria-label={words.task.tones.system} className="flex justify-center px-5 py-2">
      <p className="max-w-full rounded-full bg-hover px-3 py-0.5 text-center text-xs text-soft">
        <bdi>{wordsOf(comment, words)}</bdi>
        <time dateTime={comment.at} title={formats.moment(at)} className="ml-2 tabular-nums">
          {formats.time(at)}
        </time>
      </p>
    </article>
  )
}

/** `data` says it for every language; what it does not say is shown as it was written. */
function wordsOf({ data, author, text }: Comment, words: Words): string {
  if (data.change === 'status' && typeof data.from === 'string' && typeof data.to === 'string') {
    const [from = data.from, to = data.to] = namesIn(text)
    return words.task.statusChange(
      author.name,
      statusName({ key: data.from, name: from }, words),
      statusName({ key: data.to, name: to }, words),
    )
  }
  const names = /^Assignees: (.*)$/.exec(text ?? '')?.[1]
  if (data.change === 'assignees' && names !== undefined) {
    return words.task.assigneeChange(author.name, names === en.task.nobody ? words.task.nobody : names)
  }
  return text ?? words.kinds.system
}

/** A custom status set has names of its own, which stand in the line's text. */
const namesIn = (text: string | null): string[] => /^Status: (.*) → (.*)$/.exec(text ?? '')?.slice(1) ?? []
