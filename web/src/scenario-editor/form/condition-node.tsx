import { MoreHorizontal, Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { cx } from '../../ui/class-names.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { useChange, useEditorWords, useField } from '../state/editor-context.tsx'
import type { Json } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { JOINS, type Join, shapeOf } from '../tree/condition.ts'
import { ConditionRow } from './condition-row.tsx'
import { TextInput } from './inputs.tsx'
import { BOX } from './labelled.tsx'
import { YamlPiece } from './yaml-piece.tsx'

interface ConditionNodeProps {
  path: Path
  /** Its place among its neighbours, from 1. */
  number: number
  events: readonly string[] | undefined
  newRow: () => Json
  /** null: it has to stay. */
  onRemove: (() => void) | null
  isOnly?: boolean
}

/** A row, an expression, or a group with more of them inside. */
export function ConditionNode({ path, number, events, newRow, onRemove, isOnly = false }: ConditionNodeProps) {
  const words = useEditorWords()
  const { value, set, problem, readOnly } = useField(path)
  const shape = shapeOf(value)
  const label = words.form.condition.row(number)
  if (shape.is === 'group') {
    return (
      <ConditionGroup
        path={path}
        join={shape.join}
        parts={shape.parts}
        events={events}
        newRow={newRow}
        onRemove={onRemove}
      />
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: the fields of a row, inside the fieldset of all
    <div role="group" aria-label={label} className="rounded-md bg-hover/60 p-2">
      <div className="flex flex-col gap-1 @md:flex-row @md:items-start">
        <div className="min-w-0 flex-1">
          {shape.is === 'row' && <ConditionRow path={path} row={shape} events={events} />}
          {shape.is === 'cel' && (
            <TextInput
              path={[...path, 'cel']}
              label={words.form.condition.cel}
              hideLabel
              hint={words.form.condition.celHint}
            />
          )}
          {shape.is === 'other' && <YamlPiece path={path} label={words.form.condition.other} />}
        </div>
        {!readOnly && (
          <span className="flex shrink-0 self-end @md:self-start">
            <Menu
              label={words.form.condition.menu(number)}
              button={<MoreHorizontal size={15} aria-hidden="true" />}
              buttonClass="inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink pointer-coarse:size-11"
            >
              <MenuItem onSelect={() => set({ any: [value ?? newRow(), newRow()] })}>
                {words.form.condition.wrap}
              </MenuItem>
              {isOnly && (
                <MenuItem onSelect={() => set({ all: [value ?? newRow(), { cel: 'true' }] })}>
                  {words.form.condition.addCel}
                </MenuItem>
              )}
            </Menu>
            {onRemove && (
              <IconButton label={words.form.condition.remove(number)} onClick={onRemove}>
                <X size={15} aria-hidden="true" />
              </IconButton>
            )}
          </span>
        )}
      </div>
      {problem && shape.is !== 'other' && <p className="mt-1 text-xs text-danger wrap-anywhere">{problem}</p>}
    </div>
  )
}

interface ConditionGroupProps extends Omit<ConditionNodeProps, 'number'> {
  join: Join
  parts: Json[]
}

function ConditionGroup({ path, join, parts, events, newRow, onRemove }: ConditionGroupProps) {
  const words = useEditorWords()
  const change = useChange()
  const { readOnly } = useField(path)
  const list: Path = [...path, join]
  const append = (part: Json) => change([{ do: 'insert', path: list, index: parts.length, value: part }])
  const remove = (index: number) => {
    if (parts.length === 1 && onRemove) onRemove()
    else if (parts.length > 1) change([{ do: 'remove', path: [...list, index] }])
  }
  return (
    <div className="rounded-lg border border-line p-2">
      <div className="mb-2 flex items-center gap-1">
        <select
          aria-label={words.form.condition.join}
          value={join}
          disabled={readOnly}
          onChange={({ target }) => change([{ do: 'rename', path: list, key: target.value }])}
          className={cx(BOX, 'h-8 w-auto! px-1.5 text-[0.8125rem] font-medium pointer-coarse:h-11')}
        >
          {JOINS.map((one) => (
            <option key={one} value={one}>
              {words.form.condition.joins[one]}
            </option>
          ))}
        </select>
        {!readOnly && onRemove && (
          <IconButton
            label={words.form.remove(words.form.condition.joins[join])}
            className="ml-auto"
            onClick={onRemove}
          >
            <X size={15} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <div className="space-y-1.5">
        {parts.map((_, index) => (
          <ConditionNode
            // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no name; its fields have no state of their own
            key={index}
            path={[...list, index]}
            number={index + 1}
            events={events}
            newRow={newRow}
            onRemove={parts.length > 1 || onRemove ? () => remove(index) : null}
          />
        ))}
      </div>
      {!readOnly && (
        <div className="mt-1 flex flex-wrap">
          <Button small look="quiet" onClick={() => append(newRow())}>
            <Plus size={14} aria-hidden="true" />
            {words.form.condition.add}
          </Button>
          <Button small look="quiet" onClick={() => append({ any: [newRow()] })}>
            {words.form.condition.addGroup}
          </Button>
          <Button small look="quiet" onClick={() => append({ cel: 'true' })}>
            {words.form.condition.addCel}
          </Button>
        </div>
      )}
    </div>
  )
}
