import { RefreshCw } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Field, Select } from '../../ui/field.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { newVerifyToken, type ProviderField } from '../api.ts'
import { connectWords } from './words.ts'

interface ConnectionFieldProps {
  field: ProviderField
  value: string
  problem: string | null
  onChange: (value: string) => void
  onLeave: () => void
}

/** One thing that has to be known of an account, with where to find it. */
export function ConnectionFieldInput({ field, value, problem, onChange, onLeave }: ConnectionFieldProps) {
  const words = useRoomWords(connectWords)
  if (field.choices) {
    return (
      <Select
        label={field.label}
        hint={field.help}
        value={value}
        options={field.choices}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  const isHidden = field.secret && !field.made
  return (
    <div className="flex items-start gap-2">
      <Field
        className="min-w-0 flex-1"
        label={field.label}
        hint={field.secret && !field.made ? `${field.help} ${words.secretNote}` : field.help}
        error={problem}
        value={value}
        type={isHidden ? 'password' : 'text'}
        inputMode={/^\\d/.test(field.pattern) ? 'numeric' : undefined}
        autoComplete="off"
        spellCheck={false}
        required={field.required}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onLeave}
      />
      {field.made && (
        <Button className="mt-6 h-9" onClick={() => onChange(newVerifyToken())}>
          <RefreshCw size={15} aria-hidden="true" />
          {words.makeAnother}
        </Button>
      )}
    </div>
  )
}
