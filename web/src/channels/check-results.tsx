import { CircleCheck, CircleHelp, CircleX, TriangleAlert } from 'lucide-react'
import { useRoomWords } from '../words/room-words.ts'
import type { CheckStep } from './api.ts'
import { channelWords } from './words.ts'

const LOOKS = {
  good: { icon: CircleCheck, colour: 'text-success' },
  warning: { icon: TriangleAlert, colour: 'text-warning' },
  bad: { icon: CircleX, colour: 'text-danger' },
  unknown: { icon: CircleHelp, colour: 'text-soft' },
}

/** What was looked at, what was found, and what to do. */
export function CheckResults({ steps }: { steps: readonly CheckStep[] }) {
  const words = useRoomWords(channelWords)
  return (
    <ul className="space-y-2.5" aria-label={words.facts.checked}>
      {steps.map(({ step, state, name, message, detail }) => {
        const { icon: Icon, colour } = LOOKS[state]
        return (
          <li key={step} className="flex gap-2.5">
            <Icon size={18} aria-hidden="true" className={`mt-px shrink-0 ${colour}`} />
            <div className="min-w-0 text-[0.8125rem]">
              <p>
                <span className="font-medium">{name}</span>{' '}
                <span className={state === 'good' ? 'sr-only' : `text-xs ${colour}`}>{words.checkStates[state]}</span>
              </p>
              <p className="text-soft wrap-anywhere">{message}</p>
              {detail && state === 'bad' && <p className="mt-0.5 text-xs text-soft wrap-anywhere">{detail}</p>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
