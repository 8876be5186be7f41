import { FileSpreadsheet } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Template } from '../templates/api.ts'
import { Button } from '../ui/button.tsx'
import { Select, TextArea } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Table, Td, Th } from '../ui/table.tsx'
import { useRoomWords } from '../words/room-words.ts'
import type { CampaignForm } from './campaign-form.ts'
import { type ColumnChoice, unusedHeadings } from './csv-columns.ts'
import type { CsvTable } from './csv-table.ts'
import { mailingWords } from './words.ts'

interface CsvInputProps {
  form: CampaignForm
  table: CsvTable | null
  columns: ColumnChoice
  template: Template | null
  onChange: (changes: Partial<CampaignForm>) => void
}

/** The server takes as much. */
const MOST_BYTES = 20 * 1024 * 1024
const SHOWN_ROWS = 3
/** Longer lists are not shown as text: a field of megabytes is slow. */
const EDITABLE = 50_000

/** A list that is pasted, dropped or chosen; its first lines as they are read; which column is what. */
export function CsvInput({ form, table, columns, template, onChange }: CsvInputProps) {
  const { form: words } = useRoomWords(mailingWords)
  const picker = useRef<HTMLInputElement>(null)
  const [tooLarge, setTooLarge] = useState(false)
  const load = async (file: File | undefined) => {
    if (!file) return
    setTooLarge(file.size > MOST_BYTES)
    if (file.size <= MOST_BYTES) onChange({ csv: await file.text(), fileName: file.name, columns: {} })
  }
  const asText = form.csv.length <= EDITABLE
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut for the button that chooses a file
    <div
      className="space-y-3"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        void load(event.dataTransfer.files[0])
      }}
    >
      {asText ? (
        <TextArea
          label={words.csvText}
          hideLabel
          hint={words.csvHint}
          value={form.csv}
          spellCheck={false}
          placeholder={'phone;name;city\n+49 170 1234567;Anna Schmidt;Berlin'}
          onChange={({ target }) => onChange({ csv: target.value, fileName: null })}
        />
      ) : (
        <p>{words.fileLoaded(form.fileName ?? words.csvText, table?.rows.length ?? 0)}</p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <input
          ref={picker}
          type="file"
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          tabIndex={-1}
          aria-label={words.chooseFile}
          className="hidden"
          onChange={({ target }) => {
            void load(target.files?.[0])
            target.value = ''
          }}
        />
        <Button onClick={() => picker.current?.click()}>
          <FileSpreadsheet size={15} aria-hidden="true" />
          {words.chooseFile}
        </Button>
        {form.csv !== '' && (
          <Button look="quiet" onClick={() => onChange({ csv: '', fileName: null, columns: {} })}>
            {words.clear}
          </Button>
        )}
        <p role="status" className="text-[0.8125rem] text-soft tabular-nums">
          {table && asText && words.lines(table.rows.length)}
        </p>
      </div>
      {tooLarge && (
        <Notice look="danger" urgent>
          {words.fileTooLarge}
        </Notice>
      )}
      {table?.openQuote != null && <Notice look="danger">{words.openQuote(table.openQuote)}</Notice>}
      {table && table.header.length > 0 && (
        <Columns table={table} columns={columns} chosen={form.columns} template={template} onChange={onChange} />
      )}
    </div>
  )
}

interface ColumnsProps extends Pick<CsvInputProps, 'columns' | 'template' | 'onChange'> {
  table: CsvTable
  chosen: Partial<ColumnChoice>
}

function Columns({ table, columns, chosen, template, onChange }: ColumnsProps) {
  const { form: words } = useRoomWords(mailingWords)
  const headings = table.header.map((heading, at) => ({ value: String(at), label: heading.trim() || `№ ${at + 1}` }))
  const choose = (key: 'to' | 'name', value: string) =>
    onChange({ columns: { ...chosen, [key]: value === '' ? null : Number(value) } })
  const unused = template ? unusedHeadings(table, columns) : []
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label={words.numberColumn}
          value={columns.to === null ? '' : String(columns.to)}
          onChange={({ target }) => choose('to', target.value)}
          options={[{ value: '', label: words.chooseColumn }, ...headings]}
          error={columns.to === null ? words.chooseColumn : null}
        />
        <Select
          label={words.nameColumn}
          value={columns.name === null ? '' : String(columns.name)}
          onChange={({ target }) => choose('name', target.value)}
          options={[{ value: '', label: words.noColumn }, ...headings]}
        />
      </div>
      {table.rows.length > 0 && (
        <Table label={words.firstRows} head={headings.map(({ value, label }) => <Th key={value}>{label}</Th>)}>
          {table.rows.slice(0, SHOWN_ROWS).map(({ line, cells }) => (
            <tr key={line}>
              {headings.map(({ value }) => (
                <Td key={value} className="max-w-56 truncate">
                  {cells[Number(value)] ?? ''}
                </Td>
              ))}
            </tr>
          ))}
        </Table>
      )}
      {unused.length > 0 && <p className="text-xs text-soft">{words.unused(unused.join(', '))}</p>}
    </>
  )
}
