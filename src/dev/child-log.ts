import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const MAX_BYTES = 20_000_000
/** Pino's number for "warn". */
const WARN = 40

/**
 * Keeps everything a child writes in `<directory>/<name>.log` (the file before it as `.log.1` when it has grown
 * large), and hands on only what a person should see: warnings, errors, and lines that are no log at all.
 */
export function keepLog(
  directory: string,
  name: string,
  streams: readonly Readable[],
  show: (line: string) => void,
): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `${name}.log`)
  if (existsSync(path) && statSync(path).size > MAX_BYTES) renameSync(path, `${path}.1`)
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 })
  file.on('error', (error) => show(`cannot write ${path}: ${error.message}`))
  let open = streams.length
  for (const stream of streams) {
    const lines = createInterface({ input: stream })
    lines.on('line', (line) => {
      file.write(`${line}\n`)
      const remark = remarkOf(line)
      if (remark !== undefined) show(remark)
    })
    lines.once('close', () => {
      open -= 1
      if (open === 0) file.end()
    })
  }
}

/** What the terminal shows of one line: undefined for an ordinary log entry. */
export function remarkOf(line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() === '' ? undefined : line
  let entry: { level?: unknown; msg?: unknown; err?: { message?: unknown } }
  try {
    entry = JSON.parse(line)
  } catch {
    // Text that happens to begin with a brace.
    return line
  }
  if (typeof entry.level !== 'number') return line
  if (entry.level < WARN) return undefined
  const level = entry.level >= 50 ? 'error' : 'warning'
  const cause = typeof entry.err?.message === 'string' ? `(${entry.err.message})` : undefined
  return [`${level}:`, entry.msg, cause].filter(Boolean).join(' ')
}
