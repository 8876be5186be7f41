import { useQuery } from '@tanstack/react-query'
import { type Schema, schemaQuery } from '../api.ts'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import { isJsonMap, type Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import type { Action } from '../tree/actions.ts'
import { type KeyInfo, keysAt } from '../tree/schema.ts'
import { NumberInput, SelectInput, SwitchInput } from './inputs.tsx'
import { VariableText } from './variable-text.tsx'
import { YamlPiece } from './yaml-piece.tsx'

interface SchemaRestProps {
  path: Path
  step: Json | undefined
  action: Action | null
  /** Keys of the step that have a form. */
  shown: readonly string[]
  /** Keys inside the action that have one; null: it is no map. */
  shownInside: readonly string[] | null
}

/**
 * What a step has or may have and no form was made for: by the format's schema, so that a newer format can be edited,
 * too; what the schema does not know as text.
 */
export function SchemaRest({ path, step, action, shown, shownInside }: SchemaRestProps) {
  const words = useEditorWords()
  const { document } = useEditor()
  const root = useQuery(schemaQuery).data
  if (!isJsonMap(step)) return <YamlPiece path={path} label={words.summary.unknown} hint={words.editor.asYamlHint} />
  const outer = rest(action === null ? undefined : root, document, path, step, shown)
  const own = action === null ? undefined : step[action]
  const inner =
    action !== null && shownInside && (isJsonMap(own) || own === undefined)
      ? rest(root, document, [...path, action], own, shownInside)
      : []
  if (outer.length + inner.length === 0) return null
  return (
    <section aria-label={words.editor.asYaml} className="space-y-3 rounded-md border border-dashed border-line p-3">
      <p className="text-xs text-soft">{words.editor.asYamlHint}</p>
      {outer.map((info) => (
        <SchemaField key={info.key} path={[...path, info.key]} info={info} />
      ))}
      {action !== null &&
        inner.map((info) => <SchemaField key={info.key} path={[...path, action, info.key]} info={info} />)}
    </section>
  )
}

interface RestKey {
  key: string
  schema: Schema | null
}

/** Written keys without a form, and those of the schema that nobody has written yet. */
function rest(
  root: Schema | undefined,
  document: Json,
  path: Path,
  value: Json | undefined,
  shown: readonly string[],
): RestKey[] {
  const known: KeyInfo[] = root ? keysAt(root, document, path, value) : []
  const written = isJsonMap(value) ? Object.keys(value) : []
  const hidden = (key: string) => shown.includes(key)
  return [
    ...written
      .filter((key) => !hidden(key))
      .map((key) => ({ key, schema: known.find((info) => info.key === key)?.schema ?? null })),
    ...known.filter(({ key }) => !hidden(key) && !written.includes(key)).map(({ key, schema }) => ({ key, schema })),
  ]
}

function SchemaField({ path, info: { key, schema } }: { path: Path; info: RestKey }) {
  const hint = schema?.description
  const labels = { label: key, ...(hint ? { hint } : {}) }
  if (schema?.enum) {
    const options: Record<string, string> = Object.fromEntries(
      ['', ...schema.enum.map(String)].map((one) => [one, one]),
    )
    return <SelectInput path={path} {...labels} options={options} fallback="" optional />
  }
  switch (schema?.type) {
    case 'string':
      return <VariableText path={path} {...labels} optional />
    case 'number':
    case 'integer':
      return <NumberInput path={path} {...labels} optional whole={schema.type === 'integer'} />
    case 'boolean':
      return <SwitchInput path={path} {...labels} fallback={schema.default === true} />
    default:
      return <YamlPiece path={path} {...labels} />
  }
}
