import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from '../../../src/domain/campaign/csv-cell.ts'
import { readCsv } from '../../../src/http/campaign-csv.ts'
import { ApiError } from '../../../src/http/errors.ts'

/** The table, or the refusal's code and line. */
async function read(text: string) {
  try {
    const { header, rows } = await readCsv(text)
    return { header, rows: rows.map(({ line, cells }) => [line, ...cells]) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { code: error.code, ...(error.details as object) }
  }
}

describe('a list as CSV', () => {
  it.each([
    ['commas', 'to,name\n+1,Anna\n'],
    ['semicolons', 'to;name\n+1;Anna'],
    ['tabs', 'to\tname\r\n+1\tAnna\r\n'],
    ['a byte order mark', '\ufeffto,name\n+1,Anna'],
    ['quotes', '"to","name"\n"+1","Anna"'],
    ['old line ends', 'to,name\r+1,Anna\r'],
  ])('with %s', async (_, text) => {
    expect(await read(text)).toEqual({ header: ['to', 'name'], rows: [[2, '+1', 'Anna']] })
  })

  it('knows the delimiter by the headings, also where those are in quotes', async () => {
    expect(await read('"to";"a,b,c,d"\n1;2')).toEqual({ header: ['to', 'a,b,c,d'], rows: [[2, '1', '2']] })
    expect(await read('to\n1')).toEqual({ header: ['to'], rows: [[2, '1']] })
  })

  it('names lines as an editor does, with empty lines and line breaks inside quotes', async () => {
    expect(await read('to,name\n\n1,"a\nb\r\nc"\n\r\n , \n2,x\n')).toEqual({
      header: ['to', 'name'],
      rows: [
        [3, '1', 'a\nb\r\nc'],
        [8, '2', 'x'],
      ],
    })
  })

  it.each([
    ['', 1],
    ['\n\n \n', 1],
    ['to,name\n1,"a\n2,b\n3,c', 2],
    ['to,name\n1,a\n2,"b"c\n', 3],
    ['to,name\n1,a\n2,b"c\n', 3],
    ['to,name\r\n1,"a\r\nb\r\nc"\r\n2,b"c\r\n', 5],
    ['to,name\r\n1,"a\r\nb\r\nc"\r\n2,"b\r\n', 5],
    ['to\n1\n\u0000\u0001', 3],
    ['PK\u0003\u0004', 1],
    [`to\n${'x'.repeat(100_000)}`, 2],
    [`to\n1\n"${'x\n'.repeat(100_000)}`, 3],
    [`${'a,'.repeat(300)}to\n1`, 1],
  ])('that cannot be read says where (%#)', async (text, line) => {
    expect(await read(text)).toEqual({ code: 'csv_unreadable', line })
  })

  it('may have 100,000 lines and no more', async () => {
    const lines = (count: number) => `to\n${Array.from({ length: count }, (_, i) => 10_000_000_000 + i).join('\n')}`
    expect((await readCsv(lines(100_000))).rows).toHaveLength(100_000)
    expect(await read(lines(200_000))).toEqual({ code: 'too_many_recipients', limit: 100_000 })
  })

  it('lets other work go on while it reads', async () => {
    let turns = 0
    const reading = readCsv(`to,name\n${'16505551234,Anna Smith\n'.repeat(40_000)}`)
    const turn = () => {
      turns++
      waiting = setImmediate(turn)
    }
    let waiting = setImmediate(turn)
    await reading
    clearImmediate(waiting)
    expect(turns).toBeGreaterThan(5)
  })

  it('reads or refuses whatever it gets', async () => {
    const piece = fc.oneof(
      fc.constantFrom('to', ',', ';', '\t', '"', '""', '\n', '\r\n', '\r', '\ufeff', '\u0000', '=1+1', '\ud800', ' '),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const table = await read(pieces.join(''))
        if ('code' in table) expect(['csv_unreadable', 'too_many_recipients']).toContain(table.code)
        else expect(table.rows.map(([line]) => line)).toEqual([...new Set(table.rows.map(([line]) => line))])
      }),
      { numRuns: 500 },
    )
  })

  it('reads what our own export writes', async () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((text) => text.trim() !== '' && !/\p{Cc}/u.test(text))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 10 }), async (rows) => {
        const table = await readCsv(`\ufeff${csvLine(['to', 'name'])}${rows.map(csvLine).join('')}`)
        expect(table.rows.map(({ cells }) => cells.map((text) => text.replace(/^'(?=[=+\-@＋－＝＠])/, '')))).toEqual(
          rows.map((cells) => cells.map((text) => text.replace(/^'(?=[=+\-@＋－＝＠])/, ''))),
        )
      }),
    )
  })
})
