import { hoverTooltip } from '@codemirror/view'
import { schemaQuery } from '../api.ts'
import { type Json, valueAt } from '../text/json.ts'
import { pathAt } from '../text/positions.ts'
import { readText } from '../text/read-text.ts'
import { isAction } from '../tree/actions.ts'
import { isEvent } from '../tree/events.ts'
import { schemasAt } from '../tree/schema.ts'
import { eventName, fieldName } from '../tree/summary.ts'
import type { CompletionNeeds } from './complete.ts'

/** What a key, an event or a field is, over the word that is pointed at. */
export const hover = ({ client, words }: CompletionNeeds) =>
  hoverTooltip(async (view, at) => {
    const text = view.state.doc.toString()
    const read = readText(text)
    if (!read.ok) return null
    const line = view.state.doc.lineAt(at)
    const inLine = at - line.from
    const from = inLine - (/[\w.]*$/.exec(line.text.slice(0, inLine))?.[0].length ?? 0)
    const to = inLine + (/^[\w.]*/.exec(line.text.slice(inLine))?.[0].length ?? 0)
    const word = line.text.slice(from, to)
    if (word === '') return null
    const path = pathAt(read, at)
    const value: Json | undefined = valueAt(read.value, path)
    let title = word
    let about: string | undefined
    if (isAction(word)) {
      title = words.actions[word]
      about = words.about[word]
    } else if (isEvent(word)) about = eventName(word, words)
    else if (/^(event|contact|task|conversation|channel|calendar|vars|inputs|current)\./.test(word))
      about = fieldName(word, words)
    else if (path.at(-1) === word || value === word) {
      const schema = await client.fetchQuery(schemaQuery).catch(() => null)
      about = schema
        ? schemasAt(schema, read.value, path).find(({ description }) => description)?.description
        : undefined
    }
    if (!about) return null
    return {
      pos: line.from + from,
      end: line.from + to,
      create() {
        const dom = document.createElement('div')
        dom.className = 'cm-hover'
        const head = document.createElement('div')
        head.className = 'cm-hover-title'
        head.textContent = title
        const body = document.createElement('div')
        body.className = 'cm-hover-text'
        body.textContent = about ?? ''
        dom.append(head, body)
        return { dom }
      },
    }
  })
