import type { Logger } from 'pino'
import { describeError } from './describe-error.ts'
import type { FileStore } from './file-store.ts'

const EVERY_MS = 30_000

export interface FilesWatch {
  /** For whoever watches the server; null: files can be stored. */
  notice(): string | null
  stop(): Promise<void>
}

/** Asks from time to time whether files can be stored. A server without them still takes messages: it stays ready. */
export function watchFiles(deps: {
  files: Pick<FileStore, 'reach'>
  log: Pick<Logger, 'warn' | 'info'>
  everyMs?: number
}): FilesWatch {
  let notice: string | null = null
  const look = async () => {
    try {
      await deps.files.reach()
      if (notice !== null) deps.log.info({}, 'the place for files answers again')
      notice = null
    } catch (error) {
      if (notice === null) deps.log.warn({ error: describeError(error) }, 'the place for files does not answer')
      notice =
        'the place for files does not answer: uploads are refused, and files of clients wait; see `parley doctor`'
    }
  }
  let underWay = look()
  const timer = setInterval(() => {
    underWay = underWay.then(look)
  }, deps.everyMs ?? EVERY_MS)
  return {
    notice: () => notice,
    async stop() {
      clearInterval(timer)
      await underWay
    },
  }
}
