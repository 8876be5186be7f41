import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../../ui/button.tsx'
import { useChange, useEditor, useEditorWords, useField } from '../../state/editor-context.tsx'
import { isList, type Json, type JsonMap, mapAt } from '../../text/json.ts'
import type { Path } from '../../text/path.ts'
import { TextInput } from '../inputs.tsx'
import { BOX, FieldGroup, Labelled, Row } from '../labelled.tsx'
import { VariableText } from '../variable-text.tsx'

const KINDS = ['buttons', 'list', 'link'] as const
const FIRST: Record<(typeof KINDS)[number], Json> = {
  buttons: [{ id: 'yes', title: '' }],
  list: { button: '', sections: [{ rows: [{ id: 'row-1', title: '' }] }] },
  link: { title: '', url: 'https://' },
}

/** What can be tapped below the text: buttons, a list, or a link. */
export function Choices({ path }: { path: Path }) {
  const words = useEditorWords()
  const { send } = words.form
  const { readOnly } = useEditor()
  const change = useChange()
  const { value } = useField(path)
  const own = mapAt(value, [])
  const kind = KINDS.find((one) => Object.hasOwn(own, one)) ?? 'buttons'
  const choose = (next: string) => {
    const chosen = KINDS.find((one) => one === next)
    if (!chosen) return
    const { buttons: _, list: __, link: ___, ...rest } = own
    change([{ do: 'set', path, value: { ...rest, [chosen]: FIRST[chosen] } as JsonMap }])
  }
  return (
    <div className="space-y-3">
      <Labelled label={send.choices}>
        {(id) => (
          <select
            id={id}
            className={`${BOX} h-9 px-2 pointer-coarse:h-11`}
            disabled={readOnly}
            value={kind}
            onChange={({ target }) => choose(target.value)}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {send.kinds[one]}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      {kind === 'buttons' && <Buttons path={[...path, 'buttons']} />}
      {kind === 'list' && <List path={[...path, 'list']} />}
      {kind === 'link' && (
        <Row>
          <VariableText path={[...path, 'link', 'title']} label={send.linkTitle} />
          <VariableText path={[...path, 'link', 'url']} label={send.linkUrl} />
        </Row>
      )}
    </div>
  )
}

function Buttons({ path }: { path: Path }) {
  const words = useEditorWords()
  const { send } = words.form
  const { value, set, problem, readOnly } = useField(path)
  const buttons = isList(value) ? value : []
  return (
    <Items
      label={send.kinds.buttons}
      count={buttons.length}
      problem={problem}
      readOnly={readOnly}
      most={3}
      name={send.button}
      add={send.addButton}
      onAdd={() => set([...buttons, { id: `button-${buttons.length + 1}`, title: '' }])}
      onRemove={(index) => set(buttons.filter((_, at) => at !== index))}
    >
      {(index) => (
        <Row>
          <VariableText path={[...path, index, 'title']} label={send.buttonTitle} most={20} />
          <TextInput path={[...path, index, 'id']} label={send.buttonId} hint={send.buttonIdHint} />
        </Row>
      )}
    </Items>
  )
}

function List({ path }: { path: Path }) {
  const words = useEditorWords()
  const { send } = words.form
  const { value, set, problem, readOnly } = useField([...path, 'sections'])
  const sections = isList(value) ? value : []
  return (
    <div className="space-y-3">
      <VariableText path={[...path, 'button']} label={send.listButton} most={20} />
      <Items
        label={send.kinds.list}
        count={sections.length}
        problem={problem}
        readOnly={readOnly}
        most={10}
        name={send.section}
        add={send.addSection}
        onAdd={() => set([...sections, { title: '', rows: [{ id: `row-${sections.length + 1}-1`, title: '' }] }])}
        onRemove={(index) => set(sections.filter((_, at) => at !== index))}
      >
        {(index) => <Section path={[...path, 'sections', index]} number={index + 1} />}
      </Items>
    </div>
  )
}

function Section({ path, number }: { path: Path; number: number }) {
  const words = useEditorWords()
  const { send } = words.form
  const { value, set, readOnly } = useField([...path, 'rows'])
  const rows = isList(value) ? value : []
  return (
    <div className="space-y-2">
      <VariableText path={[...path, 'title']} label={send.sectionTitle} optional most={24} />
      <Items
        label={send.section(number)}
        count={rows.length}
        problem={null}
        readOnly={readOnly}
        most={10}
        name={send.row}
        add={send.addRow}
        onAdd={() => set([...rows, { id: `row-${number}-${rows.length + 1}`, title: '' }])}
        onRemove={(index) => set(rows.filter((_, at) => at !== index))}
      >
        {(index) => (
          <div className="space-y-2">
            <Row>
              <VariableText path={[...path, 'rows', index, 'title']} label={send.rowTitle} most={24} />
              <TextInput path={[...path, 'rows', index, 'id']} label={send.buttonId} />
            </Row>
            <VariableText
              path={[...path, 'rows', index, 'description']}
              label={send.rowDescription}
              optional
              most={72}
            />
          </div>
        )}
      </Items>
    </div>
  )
}

interface ItemsProps {
  label: string
  count: number
  problem: string | null
  readOnly: boolean
  most: number
  name: (number: number) => string
  add: string
  onAdd: () => void
  onRemove: (index: number) => void
  children: (index: number) => React.ReactNode
}

/** Parts of the same kind below each other, at least one. */
export function Items({ label, count, problem, readOnly, most, name, add, onAdd, onRemove, children }: ItemsProps) {
  const words = useEditorWords()
  return (
    <FieldGroup label={label} error={problem}>
      <div className="space-y-2">
        {Array.from({ length: count }, (_, index) => (
          // biome-ignore lint/a11y/useSemanticElements: fields inside the fieldset of all
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: its fields have no state of their own
            key={index}
            role="group"
            aria-label={name(index + 1)}
            className="@container flex items-start gap-1 rounded-md bg-hover/60 p-2"
          >
            <div className="min-w-0 flex-1">{children(index)}</div>
            {!readOnly && count > 1 && (
              <IconButton label={words.form.remove(name(index + 1))} onClick={() => onRemove(index)}>
                <X size={15} aria-hidden="true" />
              </IconButton>
            )}
          </div>
        ))}
      </div>
      {!readOnly && count < most && (
        <Button small look="quiet" className="mt-1 -ml-2" onClick={onAdd}>
          <Plus size={14} aria-hidden="true" />
          {add}
        </Button>
      )}
    </FieldGroup>
  )
}
