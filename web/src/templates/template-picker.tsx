import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import { Field, Select } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Empty } from '../ui/notice.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { type Template, templatesQuery } from './api.ts'
import { PickerOption } from './picker-option.tsx'
import { recentTemplates } from './recent-templates.ts'
import { SyncLine } from './sync-line.tsx'
import { findTemplates, inOrderOfUse, NO_SEARCH, nameOf, type TemplateSearch, valuesOf } from './template-search.ts'
import { isSendable } from './template-values.ts'
import { useLiveTemplates } from './use-template-sync.ts'
import { templateWords } from './words.ts'

interface TemplatePickerProps {
  channelId: string
  chosenId: string | null
  onChoose: (template: Template) => void
}

/** The channel's templates to choose from: those used last first, those that cannot be sent last, with the reason. */
export function TemplatePicker({ channelId, chosenId, onChoose }: TemplatePickerProps) {
  const query = useQuery(templatesQuery(channelId))
  useLiveTemplates()
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <Loaded query={query}>
        {(templates) => <Choice templates={templates} chosenId={chosenId} onChoose={onChoose} />}
      </Loaded>
      <SyncLine channelId={channelId} />
    </div>
  )
}

interface ChoiceProps extends Omit<TemplatePickerProps, 'channelId'> {
  templates: Template[]
}

/** The search field keeps the focus; the arrows move through the list, Enter chooses. */
function Choice({ templates, chosenId, onChoose }: ChoiceProps) {
  const words = useRoomWords(templateWords)
  const [search, setSearch] = useState(NO_SEARCH)
  const [recent] = useState(recentTemplates)
  const found = useMemo(() => inOrderOfUse(findTemplates(templates, search), recent), [templates, search, recent])
  const [active, setActive] = useState(0)
  const list = useRef<VListHandle>(null)
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  // Somebody may be typing elsewhere in the window since before the templates came.
  useEffect(() => {
    if (!document.activeElement?.matches('input, textarea')) field.current?.focus()
  }, [])
  const current = found[Math.min(active, found.length - 1)]
  const change = (changes: Partial<TemplateSearch>) => {
    setSearch({ ...search, ...changes })
    setActive(0)
    list.current?.scrollToIndex(0)
  }
  const move = (to: number) => {
    const next = Math.max(0, Math.min(found.length - 1, to))
    setActive(next)
    list.current?.scrollToIndex(next, { align: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      move(active + step)
    } else if (event.key === 'Enter' && current) {
      event.preventDefault()
      if (isSendable(current)) onChoose(current)
    }
  }
  const options = (key: 'language' | 'category') => [
    { value: '', label: words.any[key] },
    ...valuesOf(templates, key).map((value) => ({
      value,
      label: key === 'language' ? `${words.languageName(value)} (${value})` : (words.categories[value] ?? value),
    })),
  ]
  return (
    <>
      <Field
        ref={field}
        label={words.search}
        hideLabel
        type="search"
        placeholder={words.searchHint}
        value={search.text}
        onChange={({ target }) => change({ text: target.value })}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={current && `${id}-${current.id}`}
        autoComplete="off"
      />
      <div className="grid grid-cols-2 gap-2">
        {(['language', 'category'] as const).map((key) => (
          <Select
            key={key}
            label={words[key]}
            hideLabel
            value={search[key]}
            onChange={({ target }) => change({ [key]: target.value })}
            options={options(key)}
          />
        ))}
      </div>
      <p role="status" className="sr-only">
        {words.count(found.length)}
      </p>
      {found.length === 0 ? (
        <div className="min-h-40 flex-1">
          {templates.length === 0 ? (
            <Empty title={words.none} hint={words.noneHint} />
          ) : (
            <Empty title={words.nothingFound} />
          )}
        </div>
      ) : (
        <div className="min-h-40 flex-1 overflow-hidden rounded-lg border border-line">
          <VList
            ref={list}
            data={found}
            itemSize={64}
            id={id}
            role="listbox"
            aria-label={words.list}
            tabIndex={-1}
            className="press-while-scrolling h-full p-1"
          >
            {(template, index) => (
              <PickerOption
                key={template.id}
                id={`${id}-${template.id}`}
                template={template}
                active={template === current}
                chosen={template.id === chosenId}
                recent={recent.includes(nameOf(template))}
                onPoint={() => setActive(index)}
                onChoose={() => onChoose(template)}
              />
            )}
          </VList>
        </div>
      )}
    </>
  )
}
