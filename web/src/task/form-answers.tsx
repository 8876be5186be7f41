import type { Comment } from '../api/types.ts'
import { breakable } from '../ui/breakable.tsx'
import { LinkedText } from './linked-text.tsx'
import { readFormAnswers } from './shared-data.ts'

/** What a client filled in, as it came: names are those of the form's author. */
export function FormAnswers({ comment }: { comment: Comment }) {
  const answers = readFormAnswers(comment.data)
  return (
    <div>
      {comment.text && <LinkedText text={comment.text} />}
      {answers.length > 0 && (
        <dl className="mt-1 grid grid-cols-[fit-content(40%)_1fr] gap-x-3 gap-y-0.5 text-[0.8125rem]">
          {answers.map(({ name, value }) => (
            <div key={name} className="contents">
              <dt className="min-w-0 text-soft wrap-anywhere">
                <bdi>{breakable(name)}</bdi>
              </dt>
              <dd className="min-w-0 wrap-anywhere">
                <bdi>{breakable(value)}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
