import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { CreateTrouble } from './create-trouble.tsx'
import { freeKey, keyIn, withKey } from './new-document.ts'
import { useCreate, useTakenKeys } from './use-create.ts'
import { scenarioWords } from './words.ts'

/** As the API takes it. */
const MOST_BYTES = 256 * 1024

/** A scenario from a file, as a draft. One whose id is taken comes in beside the other. */
export function FromFile({ onMade }: { onMade: () => void }) {
  const words = useRoomWords(scenarioWords)
  const app = useWords().app
  const create = useCreate(onMade)
  const taken = useTakenKeys()
  const [file, setFile] = useState<{ name: string; text: string } | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const key = file && keyIn(file.text)
  const free = key && freeKey(key, taken)

  const choose = async (chosen: File | undefined) => {
    create.reset()
    setTrouble(null)
    setFile(null)
    if (!chosen) return
    if (chosen.size > MOST_BYTES) return setTrouble(words.new.tooLarge)
    setFile({ name: chosen.name, text: await chosen.text() })
  }
  const make = () => {
    if (!file) return
    // Without an id that we can find the API says what is wrong, and where.
    create.mutate(free && free !== key ? (withKey(file.text, free) ?? file.text) : file.text)
  }
  return (
    <div className="space-y-4">
      <CreateTrouble error={create.error} />
      {trouble && (
        <Notice look="danger" urgent>
          {trouble}
        </Notice>
      )}
      <label className="flex cursor-pointer flex-col items-center gap-2 rounded-lg border border-dashed border-line-strong p-6 text-center focus-within:outline-2 focus-within:outline-(--focus) hover:bg-hover">
        <FileUp size={20} aria-hidden="true" className="text-soft" />
        <span className="font-medium">{file?.name ?? words.new.chooseFile}</span>
        <span className="text-[0.8125rem] text-soft">{words.new.dropFile}</span>
        <input
          type="file"
          accept=".yaml,.yml,.json,application/yaml,text/yaml,application/json"
          aria-label={words.new.file}
          className="sr-only"
          onChange={(event) => void choose(event.target.files?.[0])}
        />
      </label>
      {free && free !== key && <Notice look="plain">{words.new.renamed(free)}</Notice>}
      <div className="flex justify-end">
        <Button look="primary" disabled={!file || create.isPending} onClick={make}>
          {app.create}
        </Button>
      </div>
    </div>
  )
}
