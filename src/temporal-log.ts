import { DefaultLogger, type LogEntry } from '@temporalio/worker'
import type { Logger } from 'pino'

/** Temporal's own logger, speaking through ours; its chatter about retries stays at debug. */
export function temporalLog(log: Logger): DefaultLogger {
  return new DefaultLogger('INFO', (entry: LogEntry) => {
    const { error, ...meta } = entry.meta ?? {}
    const fields = {
      ...(error === undefined ? {} : { err: error }),
      sdk: meta.sdkComponent,
      workflowId: meta.workflowId,
    }
    // While Temporal is away every poller says so several times a second; and queues of activities have no workflows.
    const away = meta.sdkComponent === 'core' && /Unavailable|connect error/.test(String(error ?? ''))
    if (away || entry.message.startsWith('No workflows registered')) {
      log.debug(fields, entry.message)
      return
    }
    switch (entry.level) {
      case 'ERROR':
        log.error(fields, entry.message)
        break
      case 'WARN':
        log.warn(fields, entry.message)
        break
      default:
        log.debug(fields, entry.message)
    }
  })
}
