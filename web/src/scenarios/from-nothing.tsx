import { type FormEvent, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Checkbox, Field } from '../ui/field.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { CreateTrouble } from './create-trouble.tsx'
import { emptyButton, emptyDocument, freeKey, isKey, keyFrom } from './new-document.ts'
import { useCreate, useTakenKeys } from './use-create.ts'
import { scenarioWords } from './words.ts'

/** A small document that works, to be changed. */
export function FromNothing({ onMade }: { onMade: () => void }) {
  const words = useRoomWords(scenarioWords)
  const app = useWords().app
  const create = useCreate(onMade)
  const taken = useTakenKeys()
  const [name, setName] = useState('')
  const [typedKey, setKey] = useState<string | null>(null)
  const [asButton, setAsButton] = useState(false)
  const suggested = keyFrom(name)
  const key = typedKey ?? (suggested && freeKey(suggested, taken))
  const wrong = key === '' || isKey(key) ? null : words.new.keyWrong
  const error = taken.has(key) ? words.new.keyTaken : wrong
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '' || key === '' || error) return
    create.mutate((asButton ? emptyButton : emptyDocument)(key, name.trim()))
  }
  return (
    <form onSubmit={submit} className="space-y-4">
      <CreateTrouble error={create.error} />
      <Field
        label={words.new.name}
        hint={words.new.nameHint}
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={words.new.key}
        hint={words.new.keyHint}
        error={error}
        required
        maxLength={64}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <Checkbox
        label={words.new.asButton}
        hint={words.new.asButtonHint}
        checked={asButton}
        onChange={(event) => setAsButton(event.target.checked)}
      />
      <div className="flex justify-end">
        <Button
          type="submit"
          look="primary"
          disabled={create.isPending || name.trim() === '' || key === '' || error !== null}
        >
          {app.create}
        </Button>
      </div>
    </form>
  )
}
