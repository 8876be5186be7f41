import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Edit, editData } from '../../../web/src/scenario-editor/text/edit.ts'
import { editText } from '../../../web/src/scenario-editor/text/edit-text.ts'
import type { Json } from '../../../web/src/scenario-editor/text/json.ts'
import { readText } from '../../../web/src/scenario-editor/text/read-text.ts'
import { documents } from './documents.ts'
import { someEdit } from './edits.ts'

const RUNS = 25
const MOST_EDITS = 6

const read = (text: string): Json => {
  const found = readText(text)
  if (!found.ok) throw new Error(`${JSON.stringify(found.problems)}\n${text}`)
  return found.value
}

describe.each(Object.entries(documents))('%s', (_name, text) => {
  const value = read(text)

  it('says after any change what the same change of its data says', () => {
    fc.assert(
      fc.property(someEdit(value), (edit) => {
        expect(read(editText(text, [edit]))).toEqual(editData(value, edit))
      }),
      { numRuns: RUNS },
    )
  })

  it('says after many changes what the same changes of its data say', () => {
    fc.assert(
      fc.property(fc.array(fc.noShrink(fc.nat()), { minLength: 2, maxLength: MOST_EDITS }), (seeds) => {
        let [now, data] = [text, value]
        const made: Edit[] = []
        for (const seed of seeds) {
          const [edit] = fc.sample(someEdit(data), { seed, numRuns: 1 })
          if (!edit) break
          made.push(edit)
          now = editText(now, [edit])
          data = editData(data, edit)
          expect(read(now), JSON.stringify(made)).toEqual(data)
        }
      }),
      { numRuns: 6 },
    )
  })
})
