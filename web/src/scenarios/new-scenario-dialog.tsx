import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { FromFile } from './from-file.tsx'
import { FromGallery } from './from-gallery.tsx'
import { FromNothing } from './from-nothing.tsx'
import { scenarioWords } from './words.ts'

const WAYS = { gallery: FromGallery, empty: FromNothing, import: FromFile }
type Way = keyof typeof WAYS

/** Three ways to a new draft. */
export function NewScenarioDialog({ onClose }: { onClose: () => void }) {
  const words = useRoomWords(scenarioWords)
  const [way, setWay] = useState<Way>('gallery')
  const Form = WAYS[way]
  return (
    <Dialog title={words.new.title} size="medium" onClose={onClose}>
      <fieldset className="mb-4 flex flex-wrap gap-1 rounded-lg bg-hover p-1">
        <legend className="sr-only">{words.new.ways}</legend>
        {(Object.keys(WAYS) as Way[]).map((one) => (
          <Button
            key={one}
            look="quiet"
            aria-pressed={one === way}
            onClick={() => setWay(one)}
            className={cx('flex-1', one === way && 'bg-raised text-ink shadow-sm')}
          >
            {words.new[one]}
          </Button>
        ))}
      </fieldset>
      <Form onMade={onClose} />
    </Dialog>
  )
}
