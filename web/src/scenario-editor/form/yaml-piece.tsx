import { useState } from 'react'
import { stringify } from 'yaml'
import { readYaml } from '../../../../src/domain/scenario/document/read-yaml.ts'
import { Button } from '../../ui/button.tsx'
import { useEditorWords, useField } from '../state/editor-context.tsx'
import type { Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { BOX, Labelled } from './labelled.tsx'

const shownAs = (value: Json | undefined): string =>
  value === undefined
    ? ''
    : stringify(value, { version: '1.2', schema: 'core', lineWidth: 100, aliasDuplicateObjects: false }).trimEnd()

/** A part of the document that the form cannot show, as text. */
export function YamlPiece({ path, label, hint }: { path: Path; label: string; hint?: string }) {
  const words = useEditorWords()
  const { value, set, problem, readOnly } = useField(path)
  const [draft, setDraft] = useState<{ from: Json | undefined; text: string } | null>(null)
  const text = draft && draft.from === value ? draft.text : shownAs(value)
  const read = readYaml(text)
  const isChanged = draft !== null && draft.from === value && draft.text !== shownAs(value)
  const fault = isChanged && !read.ok ? words.editor.yamlWrong : null
  const apply = () => {
    if (!isChanged || !read.ok) return
    set(read.value as Json)
    setDraft(null)
  }
  return (
    <Labelled label={label} hint={hint} error={fault ?? problem}>
      {(id, described) => (
        <>
          <textarea
            id={id}
            dir="ltr"
            spellCheck={false}
            disabled={readOnly}
            className={`${BOX} field-sizing-content max-h-96 min-h-9 px-2.5 py-2 font-mono text-xs`}
            value={text}
            onChange={({ target }) => setDraft({ from: value, text: target.value })}
            onBlur={apply}
            {...described}
          />
          {isChanged && (
            <Button small className="mt-1" disabled={fault !== null} onClick={apply}>
              {words.editor.applyYaml}
            </Button>
          )}
        </>
      )}
    </Labelled>
  )
}
