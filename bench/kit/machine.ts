import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** The machine and what else it does: figures without it mean nothing. */
export function machineLine(): string {
  const [cpu] = cpus()
  const load = loadavg()
    .map((value) => value.toFixed(2))
    .join(' ')
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'} · Node ${process.versions.node} · load ${load} · steal ${stealPercent()} %`
}

/** Share of processor time that other guests took since boot. */
function stealPercent(): string {
  try {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).slice(1).map(Number) ?? []
    const total = fields.reduce((sum, value) => sum + value, 0)
    return (((fields[7] ?? 0) / total) * 100).toFixed(1)
  } catch {
    return '?'
  }
}

/** Prints rows as a table with aligned columns. */
export function printTable(title: string, rows: Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0] ?? {})
  const width = (column: string) => Math.max(column.length, ...rows.map((row) => String(row[column]).length))
  const line = (cells: string[]) => cells.map((cell, i) => cell.padEnd(width(columns[i] ?? ''))).join('  ')
  console.log(`\n${title}\n${machineLine()}`)
  console.log(line(columns))
  console.log(line(columns.map((column) => '-'.repeat(width(column)))))
  for (const row of rows) console.log(line(columns.map((column) => String(row[column]))))
}

/** @param share 0.5 for the median */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)
