import { useId } from 'react'
import { ButtonIcon } from '../contact/button-look.tsx'
import { Field } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { BUTTON_COLOURS, BUTTON_ICONS, type ButtonLook } from './button-look.ts'
import { lookWords } from './look-words.ts'

interface LookFormProps {
  look: ButtonLook
  disabled: boolean
  onChange: (part: { [Key in keyof ButtonLook]: ButtonLook[Key] | undefined }) => void
}

const MOST = 1_000

/** Colour, icon and place of a button; none of them has to be chosen. */
export function LookForm({ look, disabled, onChange }: LookFormProps) {
  const words = useRoomWords(lookWords)
  return (
    <div className="space-y-4">
      <Choice
        legend={words.colour}
        disabled={disabled}
        options={[
          { value: undefined, label: words.usual },
          ...BUTTON_COLOURS.map((colour) => ({ value: colour, label: words.colours[colour] })),
        ]}
        chosen={look.colour}
        onChoose={(colour) => onChange({ colour })}
        lookOf={(colour) => ({ ...(colour && { colour }), ...(look.icon && { icon: look.icon }) })}
      />
      <Choice
        legend={words.icon}
        disabled={disabled}
        options={[
          { value: undefined, label: words.usual },
          ...BUTTON_ICONS.map((icon) => ({ value: icon, label: words.icons[icon] })),
        ]}
        chosen={look.icon}
        onChoose={(icon) => onChange({ icon })}
        lookOf={(icon) => ({ ...(icon && { icon }), ...(look.colour && { colour: look.colour }) })}
      />
      <Field
        label={words.position}
        hint={words.positionHint}
        type="number"
        min={1}
        max={MOST}
        disabled={disabled}
        value={look.position ?? ''}
        onChange={(event) => {
          const position = Number(event.target.value)
          onChange({ position: Number.isInteger(position) && position >= 1 && position <= MOST ? position : undefined })
        }}
        className="max-w-80"
      />
    </div>
  )
}

interface ChoiceProps<Value> {
  legend: string
  disabled: boolean
  options: readonly { value: Value | undefined; label: string }[]
  chosen: Value | undefined
  onChoose: (value: Value | undefined) => void
  lookOf: (value: Value | undefined) => ButtonLook
}

function Choice<Value extends string>({ legend, disabled, options, chosen, onChoose, lookOf }: ChoiceProps<Value>) {
  const name = useId()
  return (
    <fieldset disabled={disabled}>
      <legend className="mb-1 text-[0.8125rem] text-soft">{legend}</legend>
      <div className="flex flex-wrap gap-1.5">
        {options.map(({ value, label }) => (
          <label
            key={value ?? ''}
            title={label}
            className="inline-flex size-9 cursor-pointer items-center justify-center rounded-md border border-line has-checked:border-accent has-checked:bg-selected has-focus-visible:outline-2 has-focus-visible:outline-(--focus) has-disabled:cursor-not-allowed has-disabled:opacity-60 pointer-coarse:size-11"
          >
            <input
              type="radio"
              name={name}
              aria-label={label}
              checked={chosen === value}
              onChange={() => onChoose(value)}
              className="sr-only"
            />
            <ButtonIcon look={lookOf(value)} />
          </label>
        ))}
      </div>
    </fieldset>
  )
}
