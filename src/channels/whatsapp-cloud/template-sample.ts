import type { OutgoingFile, SampleOutcome } from '../port.ts'
import { idAt, textAt } from '../wire/fields.ts'
import { wordsOf } from '../wire/network-errors.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer } from './errors.ts'
import { callGraph } from './graph-client.ts'

/** As Meta names an upload: a path of one segment, with its signature as a query. Anything else is not called. */
const SESSION = /^upload:[A-Za-z0-9_=+-]+(\?[A-Za-z0-9_=&%+.-]+)?$/

/**
 * Meta's resumable upload (reference §6): a session for the file, then its bytes in one go. `app` is the app that the
 * token belongs to. Nothing reaches a client by it: every failure may be repeated.
 */
export async function uploadSample(
  config: WhatsAppCloudConfig,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<SampleOutcome> {
  const query = { file_length: String(file.size), file_type: file.mime, file_name: file.name }
  const begun = await callGraph(config, { method: 'POST', path: 'app/uploads', query }, signal)
  if (begun.kind !== 'ok') return { ok: false, failure: failureOfAnswer(config, begun) }
  const session = idAt(begun.body, 'id')
  if (session === null || !SESSION.test(session)) return unreadable(config, 'an upload without a session')
  let stream: ReadableStream<Uint8Array>
  try {
    stream = await file.open()
  } catch (error) {
    return { ok: false, failure: failureOf(config, 'bad_file', wordsOf(error)) }
  }
  try {
    const answer = await callGraph(
      config,
      {
        method: 'POST',
        path: session,
        // Meta takes no `Bearer` here.
        headers: { authorization: `OAuth ${config.accessToken}`, file_offset: '0' },
        body: { stream, type: 'application/octet-stream', length: file.size },
      },
      signal,
    )
    if (answer.kind !== 'ok') return { ok: false, failure: failureOfAnswer(config, answer) }
    const handle = textAt(answer.body, 'h')
    return handle ? { ok: true, handle } : unreadable(config, 'an upload without a handle')
  } finally {
    // A call that failed before it read the file would leave it open.
    if (!stream.locked) await stream.cancel().catch(() => undefined)
  }
}

const unreadable = (config: WhatsAppCloudConfig, detail: string): SampleOutcome => ({
  ok: false,
  failure: failureOf(config, 'unreadable_answer', detail),
})
