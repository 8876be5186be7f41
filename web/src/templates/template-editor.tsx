import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { variablesOf } from '../../../src/domain/template/variables.ts'
import type { Channel } from '../api/types.ts'
import { useAttemptKey } from '../new-conversation/use-attempt-key.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Select, TextArea } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { changeTemplate, createTemplate, type Template, templatesKey } from './api.ts'
import { ButtonFields } from './button-fields.tsx'
import { definitionText } from './definition-words.ts'
import { SampleFile } from './sample-file.tsx'
import {
  definitionOf,
  EMPTY_SKETCH,
  FILE_FORMATS,
  isFileFormat,
  nextVariable,
  sketchOf,
  sketchProblems,
  type TemplateSketch,
} from './template-draft.ts'
import { TemplatePreview } from './template-preview.tsx'
import { templateWords } from './words.ts'

interface TemplateEditorProps {
  channel: Channel
  /** null: a new one */
  template: Template | null
  onClose: () => void
}

/** Writes a template; what Meta would refuse is named before it is sent for review. */
export function TemplateEditor({ channel, template, onClose }: TemplateEditorProps) {
  const app = useWords().app
  const words = useRoomWords(templateWords)
  const { page } = words
  const errorText = useErrorText(words.errors)
  const client = useQueryClient()
  const keyOf = useAttemptKey()
  const language = useRoomWords({ en: 'en', ru: 'ru' })
  const [sketch, setSketch] = useState(() => (template ? sketchOf(template) : { ...EMPTY_SKETCH, language }))
  const [strict, setStrict] = useState(false)
  const submission = useMutation({
    mutationFn: (given: TemplateSketch) => {
      const definition = definitionOf(given)
      if (!template) {
        const order = { channelId: channel.id, ...definition }
        return createTemplate(order, keyOf(order))
      }
      const { components, category } = definition
      const changed = template.status !== 'approved' && category !== template.category
      return changeTemplate(template.id, { components, ...(changed ? { category } : {}) })
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: templatesKey })
      showToast(page.submitted)
      onClose()
    },
  })
  const title = template ? page.edit : page.new
  if (!sketch) {
    return (
      <Dialog title={title} onClose={onClose}>
        <Notice look="warning">{page.mediaNote}</Notice>
      </Dialog>
    )
  }
  const problems = sketchProblems(sketch, template !== null)
  // What comes later, such as a sample's handle, is laid over what was written meanwhile.
  const change = (changes: Partial<TemplateSketch>) => setSketch((now) => now && { ...now, ...changes })
  const texts = [...new Set(problems.map((problem) => definitionText(problem, words)))]
  const submit = () => {
    setStrict(true)
    if (problems.length === 0 && !submission.isPending) submission.mutate(sketch)
  }
  return (
    <Dialog title={title} size="large" onClose={onClose}>
      <div className="grid gap-5 md:grid-cols-[minmax(0,1fr)_20rem]">
        <SketchFields channel={channel} sketch={sketch} template={template} onChange={change} />
        <div className="min-w-0 md:sticky md:top-0 md:self-start">
          <h3 className="mb-1 text-[0.8125rem] text-soft">{words.preview}</h3>
          <TemplatePreview template={{ ...definitionOf(sketch), status: 'pending', quality: null }} values={null} />
          <p className="mt-3 text-xs text-soft">{template ? page.editHint : page.sampleNote}</p>
        </div>
      </div>
      {strict && texts.length > 0 && (
        <Notice look="danger" urgent className="mt-4">
          <ul>
            {texts.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Notice>
      )}
      {submission.error != null && (
        <Notice look="danger" urgent className="mt-4">
          {errorText(submission.error)}
        </Notice>
      )}
      <div className="sticky -bottom-5 -mx-5 mt-5 -mb-5 flex flex-wrap justify-end gap-2 rounded-b-xl border-t border-line bg-raised px-5 py-3">
        <Button onClick={onClose}>{app.cancel}</Button>
        <Button look="primary" disabled={submission.isPending} onClick={submit}>
          {page.submit}
        </Button>
      </div>
    </Dialog>
  )
}

interface SketchFieldsProps {
  channel: Channel
  sketch: TemplateSketch
  template: Template | null
  onChange: (changes: Partial<TemplateSketch>) => void
}

function SketchFields({ channel, sketch, template, onChange }: SketchFieldsProps) {
  const words = useRoomWords(templateWords)
  const { page } = words
  const isKept = sketch.kept.some(({ type }) => type === 'HEADER')
  const headers = [...(isKept ? ['kept'] : []), 'none', 'TEXT', ...FILE_FORMATS, 'LOCATION']
  const keys = [
    ...(sketch.header === 'TEXT' ? variablesOf(sketch.headerText).map((key) => `header:${key}`) : []),
    ...variablesOf(sketch.body),
  ]
  return (
    <div className="min-w-0 space-y-4">
      {template ? (
        <p className="font-medium">
          {template.name} <span className="text-soft">({template.language})</span>
        </p>
      ) : (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label={page.nameLabel}
            hint={page.nameHint}
            value={sketch.name}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => onChange({ name: target.value.toLowerCase().replace(/[\s-]+/g, '_') })}
          />
          <Field
            label={words.language}
            hint={page.languageHint}
            value={sketch.language}
            onChange={({ target }) => onChange({ language: target.value.trim() })}
          />
        </div>
      )}
      <Select
        label={words.category}
        hint={page.categoryHints[sketch.category]}
        value={sketch.category}
        disabled={template?.status === 'approved'}
        onChange={({ target }) => onChange({ category: target.value })}
        options={['utility', 'marketing'].map((value) => ({ value, label: words.categories[value] ?? value }))}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label={page.headerKind}
          value={sketch.header}
          onChange={({ target }) => onChange({ header: target.value as TemplateSketch['header'], sample: '' })}
          options={headers.map((value) => ({ value, label: page.headerKinds[value] ?? value }))}
        />
        {isFileFormat(sketch.header) && (
          <SampleFile
            key={sketch.header}
            channelId={channel.id}
            format={sketch.header}
            onChange={(sample) => onChange({ sample })}
          />
        )}
        {sketch.header === 'TEXT' && (
          <Field
            label={page.headerText}
            hint={page.headerTextHint}
            value={sketch.headerText}
            onChange={({ target }) => onChange({ headerText: target.value })}
          />
        )}
      </div>
      <div>
        <TextArea
          label={page.body}
          hint={page.bodyHint}
          maxLength={1024}
          value={sketch.body}
          onChange={({ target }) => onChange({ body: target.value })}
        />
        <Button small className="mt-1.5" onClick={() => onChange({ body: `${sketch.body}${nextVariable(sketch)}` })}>
          {page.addVariable}
        </Button>
      </div>
      {keys.length > 0 && (
        <fieldset>
          <legend className="mb-1 text-[0.8125rem] text-soft">{page.examples}</legend>
          <p className="mb-2 text-xs text-soft">{page.examplesHint}</p>
          <div className="grid gap-3 sm:grid-cols-2">
            {keys.map((key) => (
              <Field
                key={key}
                label={page.exampleOf(key.replace('header:', ''))}
                value={sketch.examples[key] ?? ''}
                onChange={({ target }) => onChange({ examples: { ...sketch.examples, [key]: target.value } })}
              />
            ))}
          </div>
        </fieldset>
      )}
      <Field
        label={page.footer}
        hint={page.footerHint}
        maxLength={60}
        value={sketch.footer}
        onChange={({ target }) => onChange({ footer: target.value })}
      />
      <ButtonFields buttons={sketch.buttons} onChange={(buttons) => onChange({ buttons })} />
    </div>
  )
}
