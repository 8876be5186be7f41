import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { Loaded } from '../ui/loaded.tsx'
import { Card } from '../ui/page.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Scenario } from './api.ts'
import { type CheckOnTask, type ConditionOnTask, checkOnTaskQuery, type Moment } from './check-api.ts'
import { checkWords } from './check-words.ts'
import { ConditionTree } from './condition-tree.tsx'
import { nameOf, scenarioNames } from './names.ts'

interface CheckResultProps {
  scenario: Scenario
  taskId: string
  moment: Pick<Moment, 'eventId' | 'n'> | null
}

/** Whether it would start, and each condition green or red with what it saw. */
export function CheckResult({ scenario, taskId, moment }: CheckResultProps) {
  const words = useRoomWords(checkWords)
  const check = useQuery(checkOnTaskQuery(scenario.id, scenario.updatedAt, taskId, moment))
  const { formats } = useLanguage()
  return (
    <Card title={words.result}>
      <Loaded query={check}>
        {(result) => (
          <div className="space-y-4">
            <Verdict scenario={scenario} result={result} />
            {result.at && moment && (
              <p className="text-xs text-soft">{words.at(formats.moment(new Date(result.at)))}</p>
            )}
            {result.conditions?.length === 0 && <p className="text-soft">{words.noConditions}</p>}
            {result.conditions?.map((one) => (
              <ConditionBlock key={one.path} condition={one} />
            ))}
          </div>
        )}
      </Loaded>
    </Card>
  )
}

function Verdict({ scenario, result }: { scenario: Scenario; result: CheckOnTask }) {
  const words = useRoomWords(checkWords)
  const names = useRoomWords(scenarioNames)
  const isButton = scenario.kind === 'button'
  const own = result.conditions?.find(({ step }) => step === null)
  if (!isButton && !result.trigger) return null
  const starts = isButton ? (own?.result?.ok ?? true) : (result.trigger?.fires ?? false)
  const text = isButton
    ? starts
      ? words.canPress
      : words.cannotPress
    : starts
      ? words.wouldStart
      : words.wouldNot(nameOf(names.notStarted, result.trigger?.reason ?? ''))
  const Icon = starts ? CircleCheck : CircleX
  return (
    <p role="status" className="flex items-start gap-2 font-medium">
      <Icon size={18} aria-hidden="true" className={`mt-px shrink-0 ${starts ? 'text-success' : 'text-danger'}`} />
      {text}
    </p>
  )
}

function ConditionBlock({ condition: { step, result, needs } }: { condition: ConditionOnTask }) {
  const words = useRoomWords(checkWords)
  return (
    <section>
      <h3 className="mb-1 text-[0.8125rem] font-medium text-soft">
        {step === null ? words.trigger : words.step(step)}
      </h3>
      {result ? <ConditionTree result={result} /> : needs.map((one) => <p key={one}>{words.needs[one]}</p>)}
    </section>
  )
}
