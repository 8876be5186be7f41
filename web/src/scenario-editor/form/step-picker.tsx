import { type ReactNode, type RefObject, useMemo } from 'react'
import type { OptionGroup } from '../pick/options.ts'
import { Picker, PickPanel } from '../pick/picker.tsx'
import { useEditorWords } from '../state/editor-context.tsx'
import { ACTION_GROUPS, type Action, GROUPS, isAction } from '../tree/actions.ts'
import { ActionIcon } from './action-icon.tsx'

/** All steps of the format, grouped, each with a word about it. */
export function useActionGroups(): OptionGroup[] {
  const words = useEditorWords()
  return useMemo(
    () =>
      GROUPS.map((group) => ({
        label: words.groups[group],
        options: ACTION_GROUPS[group].map((action) => ({
          value: action,
          label: words.actions[action],
          hint: words.about[action],
          icon: <ActionIcon action={action} />,
        })),
      })),
    [words],
  )
}

interface StepPickerProps {
  label: string
  button: ReactNode
  buttonClass: string
  onPick: (action: Action) => void
}

export function StepPicker({ label, button, buttonClass, onPick }: StepPickerProps) {
  const words = useEditorWords()
  const groups = useActionGroups()
  return (
    <Picker
      label={label}
      search={words.editor.findStep}
      empty={words.editor.noSuchStep}
      buttonLabel={label}
      button={button}
      buttonClass={buttonClass}
      groups={groups}
      onPick={(value) => {
        if (isAction(value)) onPick(value)
      }}
    />
  )
}

export function StepPickPanel({
  label,
  anchor,
  onPick,
  onClose,
}: {
  label: string
  anchor: RefObject<HTMLElement | null>
  onPick: (action: Action) => void
  onClose: () => void
}) {
  const words = useEditorWords()
  const groups = useActionGroups()
  return (
    <PickPanel
      anchor={anchor}
      label={label}
      search={words.editor.findStep}
      empty={words.editor.noSuchStep}
      groups={groups}
      onPick={(value) => {
        if (isAction(value)) onPick(value)
      }}
      onClose={onClose}
    />
  )
}
