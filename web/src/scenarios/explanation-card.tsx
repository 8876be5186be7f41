import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Loaded } from '../ui/loaded.tsx'
import { Card } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenariosQuery } from './api.ts'
import { explainQuery } from './check-api.ts'
import { checkWords } from './check-words.ts'
import { ConditionTree } from './condition-tree.tsx'
import { nameOf, scenarioNames } from './names.ts'

/** What an event really led to, and which scenarios listened to it and did not start: written down when it happened. */
export function ExplanationCard({
  of,
  scenarioId,
}: {
  of: { eventId: string } | { commentId: string }
  /** the one that is looked at */
  scenarioId: string
}) {
  const words = useRoomWords(checkWords)
  const names = useRoomWords(scenarioNames)
  const explanation = useQuery(explainQuery(of))
  const scenarios = useQuery(scenariosQuery)
  const nameOfScenario = (id: string) => {
    const name = scenarios.data?.find((one) => one.id === id)?.name ?? words.someScenario
    return id === scenarioId ? `${name} (${words.self.toLowerCase()})` : name
  }
  return (
    <Card title={words.live}>
      <Loaded query={explanation}>
        {({ because, didNotFire }) => (
          <div className="space-y-4">
            <section>
              <h3 className="mb-1 text-[0.8125rem] font-medium text-soft">{words.because}</h3>
              {because.length === 0 && <p>{words.nothingStarted}</p>}
              <ul className="space-y-1">
                {because.map((one) => (
                  <li key={one.runId} className="flex flex-wrap items-baseline gap-x-2">
                    <span className="wrap-anywhere">
                      {nameOfScenario(one.scenarioId)} <span className="text-soft">{words.version(one.version)}</span>
                    </span>
                    <Link to="/runs/$runId" params={{ runId: one.runId }} className="text-accent hover:underline">
                      {words.run}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
            <section>
              <h3 className="mb-1 text-[0.8125rem] font-medium text-soft">{words.didNotFire}</h3>
              {didNotFire.length === 0 && <p>{words.nobodyListened}</p>}
              <ul className="space-y-2">
                {didNotFire.map((one) => (
                  <li key={`${one.scenarioId} ${one.event} ${one.at}`}>
                    <p className="wrap-anywhere">
                      {nameOfScenario(one.scenarioId)} <span className="text-soft">{words.version(one.version)}</span>:{' '}
                      {nameOf(names.notStarted, one.reason)}
                    </p>
                    {one.condition && (
                      <div className="mt-1 ml-3">
                        <ConditionTree result={one.condition} />
                      </div>
                    )}
                  </li>
                ))}
              </ul>
            </section>
          </div>
        )}
      </Loaded>
    </Card>
  )
}
