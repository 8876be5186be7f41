import { useQuery } from '@tanstack/react-query'
import { MousePointerClick, Zap } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type GalleryScenario, galleryQuery } from './api.ts'
import { CreateTrouble } from './create-trouble.tsx'
import { freeKey, withKey } from './new-document.ts'
import { useCreate, useTakenKeys } from './use-create.ts'
import { scenarioWords } from './words.ts'

/** Ready scenarios; a second one of the same kind gets an id of its own. */
export function FromGallery({ onMade }: { onMade: () => void }) {
  const words = useRoomWords(scenarioWords)
  const gallery = useQuery(galleryQuery)
  const create = useCreate(onMade)
  const taken = useTakenKeys()
  const use = ({ key, text }: GalleryScenario) => {
    const free = freeKey(key, taken)
    create.mutate(free === key ? text : (withKey(text, free) ?? text))
  }
  return (
    <>
      <p className="mb-3 text-[0.8125rem] text-soft">{words.new.galleryHint}</p>
      <CreateTrouble error={create.error} />
      <Loaded query={gallery}>
        {(items) => (
          <ul className="grid gap-2 sm:grid-cols-2">
            {items.map((item) => (
              <GalleryCard key={item.key} item={item} busy={create.isPending} onUse={() => use(item)} />
            ))}
          </ul>
        )}
      </Loaded>
    </>
  )
}

function GalleryCard({ item, busy, onUse }: { item: GalleryScenario; busy: boolean; onUse: () => void }) {
  const words = useRoomWords(scenarioWords)
  const { name, text } = words.gallery[item.key] ?? { name: item.name, text: item.description }
  const Icon = item.kind === 'button' ? MousePointerClick : Zap
  return (
    <li className="relative flex flex-col gap-2 rounded-lg border border-line p-3 hover:bg-hover">
      <div className="min-w-0 flex-1">
        <h3 className="flex items-center gap-1.5 font-medium">
          <Icon size={14} aria-hidden="true" className="shrink-0 text-accent" />
          {name}
        </h3>
        <p className="mt-0.5 text-[0.8125rem] text-soft">{text}</p>
      </div>
      <Button
        small
        // The whole card takes it.
        className="self-start after:absolute after:inset-0 pointer-coarse:h-11"
        disabled={busy}
        onClick={onUse}
        aria-label={words.new.use(name)}
      >
        {words.new.take}
      </Button>
    </li>
  )
}
