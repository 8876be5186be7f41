import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useCommands } from '../commands/commands.ts'
import { Button } from '../ui/button.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { scenariosQuery } from './api.ts'
import { useMayChange } from './may-change.ts'
import { NewScenarioDialog } from './new-scenario-dialog.tsx'
import { ScenarioTable } from './scenario-table.tsx'
import { ScenariosTabs } from './scenarios-tabs.tsx'
import { useScenarioLive } from './use-scenario-live.ts'
import { scenarioWords } from './words.ts'

/** Every scenario and button, how it fares, and the way to a new one. */
export function ScenariosPage() {
  useScenarioLive()
  const words = useRoomWords(scenarioWords)
  const scenarios = useQuery(scenariosQuery)
  const mayChange = useMayChange()
  const [isCreating, setCreating] = useState(false)
  useCommands(
    useMemo(
      () =>
        mayChange
          ? [
              {
                id: 'scenario.new',
                title: words.create,
                group: 'create' as const,
                shortcut: { code: 'KeyC' },
                run: () => setCreating(true),
              },
            ]
          : [],
      [mayChange, words],
    ),
  )
  const create = (
    <Button
      look="primary"
      disabled={!mayChange}
      title={mayChange ? undefined : words.mayNot}
      onClick={() => setCreating(true)}
    >
      <Plus size={15} aria-hidden="true" /> {words.create}
    </Button>
  )
  return (
    <Page title={words.title} intro={words.intro} width="wide" actions={create}>
      <ScenariosTabs />
      <Loaded query={scenarios}>
        {(all) =>
          all.length > 0 ? (
            <ScenarioTable scenarios={all} />
          ) : (
            <div className="rounded-xl border border-line bg-panel py-8">
              <Empty title={words.empty} hint={words.emptyHint}>
                {create}
              </Empty>
            </div>
          )
        }
      </Loaded>
      {isCreating && <NewScenarioDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}
