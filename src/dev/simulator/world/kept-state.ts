import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from './journal.ts'

/** What a simulated service knows, kept in a journal: it outlives the process. */
export interface KeptState<Entry> {
  /** the newest state of a thing takes the place of the one before; nothing after `close` */
  record(entry: Entry): void
  close(): void
}

/**
 * Applies what `<dataDir>/<name>.jsonl` holds, and writes on there.
 * @param apply takes an entry into the memory of whoever keeps it
 */
export function keptState<Entry>(dataDir: string, name: string, apply: (entry: Entry) => void): KeptState<Entry> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const journal = openJournal<Entry>(join(dataDir, `${name}.jsonl`), apply)
  let closed = false
  return {
    record(entry) {
      if (closed) return
      journal.append([entry])
      apply(entry)
    },
    close() {
      closed = true
      journal.close()
    },
  }
}
