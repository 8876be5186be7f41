import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { templatesQuery } from '../../api.ts'
import { ChoiceField } from '../../pick/choice-field.tsx'
import { useEditor, useEditorWords, useField } from '../../state/editor-context.tsx'
import { problemsIn } from '../../state/problems.ts'
import { useSuggestions } from '../../suggestions.ts'
import { isJsonMap, mapAt, textIn } from '../../text/json.ts'
import type { Path } from '../../text/path.ts'
import { plainText } from '../../tree/summary.ts'
import {
  bodyParameters,
  bodyValue,
  buttonValue,
  previewOf,
  templateFor,
  withBodyValue,
} from '../../tree/template-parameters.ts'
import { NumberInput, TextInput } from '../inputs.tsx'
import { FieldGroup, Row } from '../labelled.tsx'
import { RestOf } from '../rest-of.tsx'
import { VariableField, VariableText } from '../variable-text.tsx'
import { YamlPiece } from '../yaml-piece.tsx'

/** A template with its own parameters, and what the client will see. */
export function TemplateFields({ path, also = [] }: { path: Path; also?: readonly string[] }) {
  const words = useEditorWords()
  const { send } = words.form
  const { value, problem } = useField(path)
  const own = mapAt(value, [])
  const nameField = useField([...path, 'name'])
  const languageField = useField([...path, 'language'])
  const names = useSuggestions('templates')
  const templates = useQuery(templatesQuery).data
  const language = textIn(own, 'language') || 'auto'
  const name = textIn(own, 'name')
  const template = useMemo(
    () => (templates ? templateFor(templates, name, language) : null),
    [templates, name, language],
  )
  const languages = useMemo(
    () => [
      { value: 'auto', label: send.auto },
      ...[...new Set((templates ?? []).filter((one) => one.name === name).map((one) => one.language))].map((one) => ({
        value: one,
        label: one,
      })),
    ],
    [templates, name, send],
  )
  const notApproved = template && template.status !== 'approved' ? send.notApproved(template.status) : null
  return (
    <div className="space-y-3">
      <Row>
        <ChoiceField
          label={send.template}
          hint={send.templateHint}
          value={name}
          options={names}
          known
          error={nameField.problem ?? notApproved}
          disabled={nameField.readOnly}
          onChange={nameField.set}
        />
        <ChoiceField
          label={send.language}
          value={language}
          options={languages}
          error={languageField.problem}
          disabled={languageField.readOnly}
          onChange={languageField.set}
        />
      </Row>
      {template ? <Parameters path={path} template={template} /> : <Unknown path={path} />}
      {template && <Preview {...previewOf(template, own.body, (text) => plainText(text, words))} />}
      <RestOf path={path} shown={['name', 'language', 'header', 'body', 'buttons', ...also]} />
      {problem && !isJsonMap(value) && <p className="text-xs text-danger">{problem}</p>}
    </div>
  )
}

/** Of a template that is not known here what is written stays to be changed as text. */
function Unknown({ path }: { path: Path }) {
  const { value } = useField(path)
  const own = mapAt(value, [])
  return ['header', 'body', 'buttons'].map((key) =>
    own[key] === undefined ? null : <YamlPiece key={key} path={[...path, key]} label={key} />,
  )
}

function Parameters({ path, template }: { path: Path; template: NonNullable<ReturnType<typeof templateFor>> }) {
  const words = useEditorWords()
  const { send } = words.form
  const body = useField([...path, 'body'])
  const buttons = useField([...path, 'buttons'])
  const { problems } = useEditor()
  const parameters = bodyParameters(template)
  // What is wrong with the body as a whole stands below the last value.
  const problemOf = (key: string | number, isLast: boolean) => {
    const found = problemsIn(problems, [...path, 'body']).filter(({ at }) => {
      const own = at[path.length + 1]
      return own === key || (isLast && !parameters.some((parameter) => parameter.key === own))
    })
    return found.length > 0 ? found.map(({ message }) => message).join(' ') : null
  }
  const valued = (template.parameters?.buttons ?? []).filter(({ required, kind }) => required || kind === 'quick_reply')
  return (
    <>
      {template.parameters?.header && <Header path={[...path, 'header', 0]} kind={template.parameters.header.kind} />}
      {parameters.length === 0 && <p className="text-xs text-soft">{send.noParameters}</p>}
      {parameters.map(({ key, label, example }, index) => (
        <VariableField
          key={key}
          label={send.parameter(label)}
          hint={example ? send.example(example) : undefined}
          value={bodyValue(body.value, key)}
          disabled={body.readOnly}
          error={problemOf(key, index === parameters.length - 1)}
          onChange={(text) => body.set(withBodyValue(body.value, parameters, key, text))}
        />
      ))}
      {valued.map(({ index, text }, order) => (
        <VariableField
          key={index}
          label={send.buttonValue(text)}
          hint={send.buttonIdHint}
          value={buttonValue(buttons.value, index, order)}
          disabled={buttons.readOnly}
          error={order === 0 ? buttons.problem : null}
          onChange={(next) => {
            const all = valued.map((one, at) => (at === order ? next : buttonValue(buttons.value, one.index, at)))
            if (all.every((one) => one === '')) buttons.clear()
            else if (all.every((one) => one !== '')) buttons.set(all)
            else buttons.set(valued.flatMap((one, at) => (all[at] ? [{ index: one.index, value: all[at] }] : [])))
          }}
        />
      ))}
    </>
  )
}

/** A text, a file, or a place above the template's text. */
function Header({ path, kind }: { path: Path; kind: string }) {
  const words = useEditorWords()
  const { send } = words.form
  const { value } = useField(path)
  const list = useField(path.slice(0, -1))
  if (kind === 'text') {
    const text = Array.isArray(list.value) ? list.value[0] : undefined
    return (
      <VariableField
        label={send.header}
        value={typeof text === 'string' ? text : ''}
        disabled={list.readOnly}
        error={list.problem}
        onChange={(next) => (next === '' ? list.clear() : list.set([next]))}
      />
    )
  }
  if (kind === 'location') {
    const place = isJsonMap(value) ? value : null
    if (!place) return <AddHeader onAdd={() => list.set([{ latitude: 0, longitude: 0, name: '', address: '' }])} />
    return (
      <FieldGroup label={send.headerKind} error={list.problem}>
        <div className="space-y-2">
          <Row>
            <NumberInput path={[...path, 'latitude']} label={send.latitude} whole={false} />
            <NumberInput path={[...path, 'longitude']} label={send.longitude} whole={false} />
          </Row>
          <VariableText path={[...path, 'name']} label={send.placeName} />
          <VariableText path={[...path, 'address']} label={send.address} />
        </div>
      </FieldGroup>
    )
  }
  if (!isJsonMap(value)) return <AddHeader onAdd={() => list.set([{ attachmentId: '' }])} />
  return value.link === undefined ? (
    <TextInput path={[...path, 'attachmentId']} label={send.attachmentId} hint={send.attachmentHint} />
  ) : (
    <Row>
      <VariableText path={[...path, 'link']} label={send.link} />
      <VariableText path={[...path, 'fileName']} label={send.fileName} optional />
    </Row>
  )
}

function AddHeader({ onAdd }: { onAdd: () => void }) {
  const words = useEditorWords()
  return (
    <button
      type="button"
      onClick={onAdd}
      className="min-h-8 rounded-md text-[0.8125rem] text-accent hover:underline pointer-coarse:min-h-11"
    >
      {words.form.add}: {words.form.send.headerKind}
    </button>
  )
}

function Preview({ header, text, footer, buttons }: ReturnType<typeof previewOf>) {
  const words = useEditorWords()
  return (
    <section aria-label={words.form.send.preview}>
      <p aria-hidden="true" className="mb-1 text-[0.8125rem] text-soft">
        {words.form.send.preview}
      </p>
      <div className="max-w-96 rounded-xl rounded-br-sm bg-message-bubble px-3 py-2">
        {header && <p className="font-medium wrap-anywhere">{header}</p>}
        <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
          {text}
        </p>
        {footer && <p className="mt-1 text-xs text-soft wrap-anywhere">{footer}</p>}
        {buttons.length > 0 && (
          <div className="mt-2 flex flex-wrap gap-1.5 border-t border-line pt-2">
            {buttons.map((button) => (
              <span key={button} className="rounded-full bg-raised px-2.5 py-0.5 text-xs text-accent">
                {button}
              </span>
            ))}
          </div>
        )}
      </div>
    </section>
  )
}
