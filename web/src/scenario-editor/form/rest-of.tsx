import { useEditorWords, useField } from '../state/editor-context.tsx'
import { isJsonMap } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { YamlPiece } from './yaml-piece.tsx'

/** Keys that no field shows: they stay as they are, and can be changed as text. */
export function RestOf({ path, shown }: { path: Path; shown: readonly string[] }) {
  const words = useEditorWords()
  const { value } = useField(path)
  const rest = isJsonMap(value) ? Object.keys(value).filter((key) => !shown.includes(key)) : []
  if (rest.length === 0) return null
  return (
    <section aria-label={words.editor.asYaml} className="space-y-3 rounded-md border border-dashed border-line p-3">
      <p className="text-xs text-soft">{words.editor.asYamlHint}</p>
      {rest.map((key) => (
        <YamlPiece key={key} path={[...path, key]} label={key} />
      ))}
    </section>
  )
}
