import { actionWords } from './words/actions.ru.ts'
import { editorWords } from './words/editor.ru.ts'
import { eventWords } from './words/events.ru.ts'
import { fieldWords } from './words/fields.ru.ts'
import { formWords } from './words/form.ru.ts'
import type { en } from './words.en.ts'

export const ru: typeof en = {
  ...actionWords,
  editor: editorWords,
  event: eventWords,
  field: fieldWords,
  form: formWords,
}
