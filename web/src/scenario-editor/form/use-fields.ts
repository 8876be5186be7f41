import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { calendarsQuery, taskTemplatesQuery } from '../api.ts'
import type { OptionGroup } from '../pick/options.ts'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import { eventsOf, type Field, type FieldGroup, fieldsFor } from '../tree/fields.ts'
import { fieldName } from '../tree/summary.ts'

const GROUPS: readonly FieldGroup[] = [
  'event',
  'inputs',
  'vars',
  'contact',
  'task',
  'conversation',
  'channel',
  'calendar',
]

/**
 * The fields that can be read in a place, grouped, by their plain names.
 * @param events those that may have happened there; absent: all that the document listens to
 */
export function useFields(events?: readonly string[]): { fields: readonly Field[]; groups: OptionGroup[] } {
  const words = useEditorWords()
  const { document } = useEditor()
  const calendars = useQuery(calendarsQuery).data
  const templates = useQuery(taskTemplatesQuery).data
  return useMemo(() => {
    const named = fieldsFor(document, events ?? eventsOf(document), calendars?.map(({ name }) => name) ?? [])
    const custom = (templates ?? [])
      .flatMap((template) => Object.keys(template.fields))
      .flatMap((name): Field[] =>
        /[.{}\s]/.test(name) ? [] : [{ path: `task.fields.${name}`, group: 'task', kind: 'any' }],
      )
    const fields = [...new Map([...named, ...custom].map((field) => [field.path, field])).values()]
    const groups = GROUPS.map((group) => ({
      label: words.field.groups[group],
      options: fields
        .filter((field) => field.group === group)
        .map(({ path }) => ({ value: path, label: fieldName(path, words), hint: path })),
    }))
    return { fields, groups }
  }, [document, events, calendars, templates, words])
}
