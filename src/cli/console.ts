/** What a command reads and writes; tests give their own. */
export interface Console {
  out(line: string): void
  err(line: string): void
  /** Everything on standard input. */
  readInput(): Promise<string>
  env: NodeJS.ProcessEnv
}

/** One answer: as JSON for scripts, else as words or a table. */
export function show(console: Console, options: { json?: boolean }, value: unknown, words: () => string): void {
  console.out(options.json ? JSON.stringify(value, null, 2) : words())
}

/** Columns as wide as their content. An empty list is said in words. */
export function table<Row>(rows: readonly Row[], columns: Record<string, (row: Row) => string | null>): string {
  if (rows.length === 0) return 'none'
  const titles = Object.keys(columns)
  const cells = [titles, ...rows.map((row) => Object.values(columns).map((cell) => withoutControls(cell(row) ?? '–')))]
  const widths = titles.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One line per key; what is empty is left out. */
export function record(value: object): string {
  const entries = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined)
  const width = Math.max(0, ...entries.map(([key]) => key.length))
  return entries
    .map(
      ([key, entry]) =>
        `${key.padEnd(width)}  ${withoutControls(typeof entry === 'string' ? entry : JSON.stringify(entry))}`,
    )
    .join('\n')
}

/** Names and texts come from clients: no control characters reach the terminal. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}
