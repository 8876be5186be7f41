import { CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRoomWords } from '../../words/room-words.ts'
import { channelWords } from '../words.ts'

/** Both ends of a connection, and what stays when they are closed. */
export function LeavingSteps({ hereIsDone, thereIsDone }: { hereIsDone: boolean; thereIsDone: boolean }) {
  const { leave: words } = useRoomWords(channelWords)
  return (
    <>
      <ol className="space-y-3 text-[0.8125rem]">
        <Step number={1} title={words.here} done={hereIsDone}>
          <p className="text-soft">{words.hereText}</p>
        </Step>
        <Step number={2} title={words.there} done={thereIsDone}>
          <p className="text-soft">{words.thereApp}</p>
          <p className="text-soft">{words.thereMeta}</p>
        </Step>
      </ol>
      <p className="mt-3 text-[0.8125rem]">
        <span className="font-medium">{words.stays}.</span> <span className="text-soft">{words.staysText}</span>
      </p>
    </>
  )
}

const Step = ({
  number,
  title,
  done,
  children,
}: {
  number: number
  title: string
  done: boolean
  children: ReactNode
}) => (
  <li className="flex gap-3">
    {done ? (
      <CircleCheck size={20} aria-hidden="true" className="shrink-0 text-success" />
    ) : (
      <span
        aria-hidden="true"
        className="inline-flex size-5 shrink-0 items-center justify-center rounded-full bg-hover text-xs font-medium"
      >
        {number}
      </span>
    )}
    <div className="min-w-0 space-y-1">
      <p className="font-medium">{title}</p>
      {children}
    </div>
  </li>
)
