import { Field } from '../ui/field.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Template } from './api.ts'
import { fieldLabel, problemText } from './field-names.ts'
import { HeaderFile } from './header-file.tsx'
import { linkEnd, urlOf } from './template-look.ts'
import type { FieldProblem, Place, TemplateValues } from './template-values.ts'
import { templateWords } from './words.ts'

interface TemplateFormProps {
  template: Template
  values: TemplateValues
  problems: readonly FieldProblem[]
  /** Also what is merely missing is marked: somebody tried to send. */
  strict: boolean
  /** fields that something else fills */
  without?: ReadonlySet<string>
  onChange: (values: TemplateValues) => void
}

/** Asks for exactly what the template needs. */
export function TemplateForm({ template, values, problems, strict, without, onChange }: TemplateFormProps) {
  const words = useRoomWords(templateWords)
  const { header, body, buttons } = template.parameters
  const asks = (field: string) => !without?.has(field)
  const needed = buttons.filter(({ required, index }) => required && asks(`button.${index}`))
  const optional = buttons.filter(({ required }) => !required)
  const problemOf = (field: string): string | null => {
    const found = problems.find((problem) => problem.field === field)
    if (!found || (!strict && isUntouched(values, field))) return null
    return problemText(words, field, found.code, found.message)
  }
  const common = (field: string, example: string | null) => ({
    label: fieldLabel(template, field, words),
    error: problemOf(field),
    autoComplete: 'off',
    placeholder: example === null ? undefined : words.fields.example(example),
  })
  const button = ({ index, kind, example }: (typeof buttons)[number]) => (
    <Field
      key={index}
      {...common(`button.${index}`, kind === 'url' ? linkEnd(urlOf(template, index), example) : example)}
      value={values.buttons[index] ?? ''}
      onChange={({ target }) => onChange({ ...values, buttons: { ...values.buttons, [index]: target.value } })}
    />
  )
  if (header === null && body.length === 0 && buttons.length === 0) {
    return <p className="text-[0.8125rem] text-soft">{words.noValues}</p>
  }
  return (
    <div className="space-y-3">
      {header?.kind === 'text' && asks('header') && (
        <Field
          {...common('header', header.example)}
          value={values.header}
          onChange={({ target }) => onChange({ ...values, header: target.value })}
        />
      )}
      {header !== null && header.kind !== 'text' && header.kind !== 'location' && (
        <HeaderFile
          kind={header.kind}
          label={fieldLabel(template, 'file', words)}
          file={values.file}
          problem={problemOf('file')}
          onChange={(file) => onChange({ ...values, file })}
        />
      )}
      {header?.kind === 'location' && (
        <PlaceFields place={values.place} problemOf={problemOf} onChange={(place) => onChange({ ...values, place })} />
      )}
      {body.map(({ name, example }, place) =>
        !asks(`body.${place}`) ? null : (
          <Field
            key={name ?? place}
            {...common(`body.${place}`, example)}
            value={values.body[place] ?? ''}
            onChange={({ target }) => onChange({ ...values, body: values.body.with(place, target.value) })}
          />
        ),
      )}
      {needed.map(button)}
      {optional.length > 0 && (
        <details>
          <summary className="py-1 text-[0.8125rem] text-soft">{words.optional}</summary>
          <div className="mt-2 space-y-3">{optional.map(button)}</div>
        </details>
      )}
    </div>
  )
}

interface PlaceFieldsProps {
  place: Place
  problemOf: (field: string) => string | null
  onChange: (place: Place) => void
}

function PlaceFields({ place, problemOf, onChange }: PlaceFieldsProps) {
  const words = useRoomWords(templateWords)
  const { fields } = words
  const field = (key: keyof Place, label: string, placeholder?: string) => (
    <Field
      label={label}
      value={place[key]}
      placeholder={placeholder}
      inputMode={key === 'latitude' || key === 'longitude' ? 'decimal' : 'text'}
      error={problemOf(`place.${key}`)}
      onChange={({ target }) => onChange({ ...place, [key]: target.value })}
    />
  )
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1 text-[0.8125rem] text-soft">{fields.place}</legend>
      {field('name', fields.placeName)}
      {field('address', fields.address)}
      <div className="grid grid-cols-2 gap-3">
        {field('latitude', fields.latitude, fields.coordinateHint)}
        {field('longitude', fields.longitude, fields.coordinateHint)}
      </div>
    </fieldset>
  )
}

/** What is empty is no mistake until somebody tries to send. */
function isUntouched(values: TemplateValues, field: string): boolean {
  const [group, part = ''] = field.split('.')
  if (group === 'header') return values.header === ''
  if (group === 'file') return values.file === null
  if (group === 'place') return values.place[part as keyof Place] === ''
  if (group === 'body') return (values.body[Number(part)] ?? '') === ''
  return (values.buttons[Number(part)] ?? '') === ''
}
