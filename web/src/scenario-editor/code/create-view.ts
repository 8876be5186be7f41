import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, indentWithTab } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language'
import { lintGutter, lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Annotation, EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { type CompletionNeeds, completionSource } from './complete.ts'
import { hover } from './hover.ts'
import { russianPhrases } from './phrases.ts'
import { theme } from './theme.ts'

/** Of a change that comes from the form, the graph or the history: nobody has to be told of it. */
export const fromOutside = Annotation.define<boolean>()

interface CodeOptions extends CompletionNeeds {
  parent: HTMLElement
  root: ShadowRoot
  text: string
  label: string
  readOnly: boolean
  locale: string
  onText: (text: string, isTyping: boolean) => void
  onCursor: (offset: number) => void
}

/** The code editor. It has no history of its own: there is one for all views. */
export function createView(options: CodeOptions): EditorView {
  const { parent, root, text, label, readOnly, locale, onText, onCursor } = options
  const extensions: Extension[] = [
    lineNumbers(),
    lintGutter(),
    codeFolding(),
    foldGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of('  '),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    search({ top: true }),
    options.json ? json() : yaml(),
    autocompletion({ override: [completionSource(options)], icons: false }),
    hover(options),
    theme,
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    locale === 'ru' ? EditorState.phrases.of(russianPhrases) : [],
    EditorView.updateListener.of((update) => {
      const own = !update.transactions.some((one) => one.annotation(fromOutside))
      if (!own) return
      if (update.docChanged)
        onText(
          update.state.doc.toString(),
          update.transactions.some((one) => one.isUserEvent('input.type') || one.isUserEvent('delete')),
        )
      if (update.selectionSet || update.docChanged) onCursor(update.state.selection.main.head)
    }),
  ]
  return new EditorView({ parent, root, state: EditorState.create({ doc: text, extensions }) })
}

/** Puts another text into the editor by the one change between the two, so that the cursor stays where it is. */
export function putText(view: EditorView, text: string): void {
  const old = view.state.doc.toString()
  if (old === text) return
  let from = 0
  const shorter = Math.min(old.length, text.length)
  while (from < shorter && old[from] === text[from]) from++
  let end = 0
  while (end < shorter - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end++
  view.dispatch({
    changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) },
    annotations: fromOutside.of(true),
  })
}
