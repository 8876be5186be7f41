import { useRoomWords } from '../words/room-words.ts'
import type { InFlight, PublishPreview } from './api.ts'
import { nameOf } from './names.ts'
import { publishWords } from './publish-words.ts'

const CHOICES: readonly InFlight[] = ['pin', 'drain', 'migrate', 'restart']

interface InFlightChoiceProps {
  /** null: not counted yet */
  preview: PublishPreview | null
  value: InFlight
  onChange: (value: InFlight) => void
}

/** What becomes of runs that are open, with how many each choice concerns. */
export function InFlightChoice({ preview, value, onChange }: InFlightChoiceProps) {
  const words = useRoomWords(publishWords)
  if (!preview) return <p className="text-soft">{words.counting}</p>
  if (preview.open === 0) return <p className="text-soft">{words.noOpenRuns}</p>
  return (
    <fieldset>
      <legend className="mb-2 font-medium">{words.countOpen(preview.open)}</legend>
      <div className="space-y-2">
        {CHOICES.map((choice) => (
          <label
            key={choice}
            className="flex cursor-pointer items-start gap-3 rounded-lg border border-line p-3 hover:bg-hover has-checked:border-accent has-checked:bg-selected"
          >
            <input
              type="radio"
              name="in-flight"
              value={choice}
              checked={choice === value}
              onChange={() => onChange(choice)}
              className="mt-1 accent-accent-fill"
            />
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="font-medium">{words.choices[choice].title}</span>
                <span className="text-[0.8125rem] text-soft tabular-nums">
                  {choice === 'migrate' ? words.canMove(preview.canMove, preview.open) : words.all(preview.open)}
                </span>
              </span>
              <span className="block text-[0.8125rem] text-soft">{words.choices[choice].text}</span>
              {choice === 'migrate' &&
                preview.cannot.map(({ reason, count }) => (
                  <span key={reason} className="block text-[0.8125rem] text-warning">
                    {words.cannotMove(count, nameOf(words.reasons, reason))}
                  </span>
                ))}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
