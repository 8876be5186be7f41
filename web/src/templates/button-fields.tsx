import { X } from 'lucide-react'
import { variablesOf } from '../../../src/domain/template/variables.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field, Select } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { ButtonDraft } from './template-draft.ts'
import { templateWords } from './words.ts'

const KINDS = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE'] as const

interface ButtonFieldsProps {
  buttons: ButtonDraft[]
  onChange: (buttons: ButtonDraft[]) => void
}

export function ButtonFields({ buttons, onChange }: ButtonFieldsProps) {
  const { page } = useRoomWords(templateWords)
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1 text-[0.8125rem] text-soft">{page.buttons}</legend>
      {buttons.map((button, index) => (
        <OneButton
          // biome-ignore lint/suspicious/noArrayIndexKey: buttons are known by their place alone
          key={index}
          button={button}
          index={index}
          onChange={(changes) => onChange(buttons.with(index, { ...button, ...changes }))}
          onRemove={() => onChange(buttons.toSpliced(index, 1))}
        />
      ))}
      {buttons.length < 10 && (
        <Button onClick={() => onChange([...buttons, { type: 'QUICK_REPLY', text: '', value: '', example: '' }])}>
          {page.addButton}
        </Button>
      )}
    </fieldset>
  )
}

interface OneButtonProps {
  button: ButtonDraft
  index: number
  onChange: (changes: Partial<ButtonDraft>) => void
  onRemove: () => void
}

function OneButton({ button: { type, text, value, example }, index, onChange, onRemove }: OneButtonProps) {
  const { page } = useRoomWords(templateWords)
  const valueLabel = {
    QUICK_REPLY: '',
    URL: page.buttonUrl,
    PHONE_NUMBER: page.buttonPhone,
    COPY_CODE: page.buttonCode,
  }
  return (
    <div className="grid gap-2 rounded-lg border border-line p-3 sm:grid-cols-2">
      <div className="flex items-end gap-2 sm:col-span-2">
        <Select
          label={page.buttonKind(index + 1)}
          className="flex-1"
          value={type}
          onChange={({ target }) => onChange({ type: target.value as ButtonDraft['type'] })}
          options={KINDS.map((kind) => ({ value: kind, label: page.buttonKinds[kind] ?? kind }))}
        />
        <IconButton label={page.removeButton(index + 1)} onClick={onRemove}>
          <X size={15} aria-hidden="true" />
        </IconButton>
      </div>
      {type !== 'COPY_CODE' && (
        <Field
          label={page.buttonText}
          maxLength={25}
          value={text}
          onChange={({ target }) => onChange({ text: target.value })}
        />
      )}
      {type !== 'QUICK_REPLY' && (
        <Field
          label={valueLabel[type]}
          hint={type === 'URL' ? page.buttonUrlHint : undefined}
          value={value}
          dir="ltr"
          placeholder={type === 'URL' ? 'https://' : undefined}
          onChange={({ target }) => onChange({ value: target.value })}
        />
      )}
      {type === 'URL' && variablesOf(value).length > 0 && (
        <Field
          label={page.buttonUrlExample}
          className="sm:col-span-2"
          value={example}
          dir="ltr"
          onChange={({ target }) => onChange({ example: target.value })}
        />
      )}
    </div>
  )
}
