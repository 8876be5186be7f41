import { actionWords } from './words/actions.en.ts'
import { editorWords } from './words/editor.en.ts'
import { eventWords } from './words/events.en.ts'
import { fieldWords } from './words/fields.en.ts'
import { formWords } from './words/form.en.ts'

export const en = { ...actionWords, editor: editorWords, event: eventWords, field: fieldWords, form: formWords }
