import { Checkbox, Field, Select, TextArea } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type ButtonInput, type InputProblem, labelOf } from './button-inputs.ts'
import { contactWords } from './words.ts'

interface ButtonInputFieldProps {
  input: ButtonInput
  /** It has the focus when the window opens. */
  first: boolean
  value: string
  problem: InputProblem | null
  onChange: (value: string) => void
}

/** One input of a button, as its type is entered. */
export function ButtonInputField({ input, first, value, problem, onChange }: ButtonInputFieldProps) {
  const words = useRoomWords(contactWords).buttons
  const common = {
    label: labelOf(input),
    hint: input.required ? undefined : words.optional,
    error: problem ? words.problems[problem] : null,
    required: input.required,
    'data-autofocus': first || undefined,
    value,
  }
  switch (input.type) {
    case 'boolean':
      return (
        <Checkbox
          label={labelOf(input)}
          data-autofocus={first || undefined}
          checked={value === 'true'}
          onChange={({ target }) => onChange(String(target.checked))}
        />
      )
    case 'choice':
      return (
        <Select
          {...common}
          options={[
            ...(value === '' || !input.required ? [{ value: '', label: words.choose }] : []),
            ...input.options.map((option) => ({ value: option, label: option })),
          ]}
          onChange={({ target }) => onChange(target.value)}
        />
      )
    case 'text':
      return <TextArea {...common} rows={2} onChange={({ target }) => onChange(target.value)} />
    case 'number':
      return <Field {...common} inputMode="decimal" onChange={({ target }) => onChange(target.value)} />
    case 'date':
      return <Field {...common} type="date" onChange={({ target }) => onChange(target.value)} />
  }
}
