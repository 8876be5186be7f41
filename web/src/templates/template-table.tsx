import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Table, Td, Th } from '../ui/table.tsx'
import { useWords } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { Template } from './api.ts'
import { QualityBadge, StatusBadge } from './status-badge.tsx'
import { excerptOf } from './template-search.ts'
import { templateWords } from './words.ts'

const STEP = 60

/** All that were found are here already; the page takes them in steps, since it draws each. */
export function TemplateTable({ templates, onOpen }: { templates: Template[]; onOpen: (template: Template) => void }) {
  const app = useWords().app
  const words = useRoomWords(templateWords)
  const [shown, setShown] = useState(STEP)
  const { columns } = words.page
  return (
    <>
      <Table
        label={words.list}
        head={
          <>
            <Th>{columns.name}</Th>
            <Th>{words.status}</Th>
            <Th>{words.category}</Th>
            <Th>{words.language}</Th>
            <Th>{words.quality}</Th>
          </>
        }
      >
        {templates.slice(0, shown).map((template) => (
          <tr key={template.id}>
            <Td className="max-w-80 min-w-48">
              <button
                type="button"
                aria-label={words.page.openOne(`${template.name}, ${template.language}`)}
                onClick={() => onOpen(template)}
                className="block max-w-full truncate text-left font-medium hover:text-accent hover:underline pointer-coarse:min-h-11"
              >
                {template.name}
              </button>
              <span dir="auto" className="block truncate text-xs text-soft">
                {excerptOf(template)}
              </span>
            </Td>
            <Td>
              <StatusBadge status={template.status} />
            </Td>
            <Td className="whitespace-nowrap">{words.categories[template.category] ?? template.category}</Td>
            <Td className="whitespace-nowrap">
              {words.languageName(template.language)} <span className="text-xs text-soft">{template.language}</span>
            </Td>
            <Td>
              <QualityBadge quality={template.quality} />
            </Td>
          </tr>
        ))}
      </Table>
      {shown < templates.length && (
        <div className="mt-4 text-center">
          <Button onClick={() => setShown(shown + STEP)}>{app.loadMore}</Button>
        </div>
      )}
    </>
  )
}
