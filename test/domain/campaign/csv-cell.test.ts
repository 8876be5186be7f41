import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from '../../../src/domain/campaign/csv-cell.ts'

describe('a line of a CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+16505551234', "'+16505551234"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['＝1+1', "'＝1+1"],
    ['16505551234', '16505551234'],
    ['a,b', '"a,b"'],
    // Spreadsheets in other countries part cells there.
    ['x;=1+1', '"x;=1+1"'],
    ['say "hi"', '"say ""hi"""'],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['two\nlines', '"two\nlines"'],
    [' padded', '" padded"'],
    ['', ''],
  ])('writes %j as %s', (cell, written) => {
    expect(csvLine([cell])).toBe(`${written}\r\n`)
  })

  it('is a formula in no cell, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (cells) => {
        for (const cell of cells) {
          const written = csvLine([cell]).slice(0, -2)
          const shown = written.startsWith('"') ? written.slice(1) : written
          expect(shown).not.toMatch(/^[=+\-@\t\r]/)
        }
        expect(csvLine([null, 5, null])).toBe(',5,\r\n')
      }),
    )
  })
})
