import { Rocket } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Scenario } from './api.ts'
import { isUnsaved } from './draft-state.ts'
import { PublishDialog } from './publish-dialog.tsx'
import { useOpenDraft } from './use-draft.ts'
import { scenarioWords } from './words.ts'

/** Saves what is not saved yet, then asks what becomes of open runs. */
export function PublishButton({ scenario }: { scenario: Scenario }) {
  const words = useRoomWords(scenarioWords)
  const { state, flush } = useOpenDraft()
  const [saved, setSaved] = useState<Scenario | null>(null)
  const nothing = !scenario.hasChanges && !isUnsaved(state)
  const open = async () => setSaved(await flush())
  return (
    <>
      <Button
        look="primary"
        disabled={nothing || state.conflict !== null}
        title={nothing ? words.page.nothingToPublish : undefined}
        onClick={() => void open()}
      >
        <Rocket size={15} aria-hidden="true" /> {words.page.publish}
      </Button>
      {saved && <PublishDialog scenario={saved} version={null} onClose={() => setSaved(null)} />}
    </>
  )
}
