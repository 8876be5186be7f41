import type { OutgoingFile, ProviderFailure, SampleOutcome } from '../port.ts'
import { idAt, textAt } from '../wire/fields.ts'
import { wordsOf } from '../wire/network-errors.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { failureOf, failureOfAnswer } from './errors.ts'
import { callGraph, type GraphAccess, type GraphAnswer } from './graph-client.ts'

/** As Meta names an upload: a path of one segment, with its signature as a query. Anything else is not called. */
const SESSION = /^upload:[A-Za-z0-9_=+-]+(\?[A-Za-z0-9_=&%+.-]+)?$/

/** Whose door Meta's upload is behind. */
export interface SampleDoor {
  access: GraphAccess
  /** where a session begins */
  path: string
  /** neither of the two addresses has a version before it */
  unversioned?: boolean
  /** who calls, for the bytes, where that is said in another way than elsewhere */
  headers?: Record<string, string>
  failure(answer: Exclude<GraphAnswer, { kind: 'ok' }>): ProviderFailure
  ownFailure(code: string, detail: string): ProviderFailure
}

/** To Meta itself. `app` is the app that the token belongs to. */
export const uploadSample = (
  config: WhatsAppCloudConfig,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<SampleOutcome> =>
  uploadInSession(
    {
      access: config,
      path: 'app/uploads',
      // Meta takes no `Bearer` here.
      headers: { authorization: `OAuth ${config.accessToken}` },
      failure: (answer) => failureOfAnswer(config, answer),
      ownFailure: (code, detail) => failureOf(config, code, detail),
    },
    file,
    signal,
  )

/**
 * Meta's resumable upload (reference §6): a session for the file, then its bytes in one go. Nothing reaches a client by
 * it: every failure may be repeated.
 */
export async function uploadInSession(
  { access, path, headers, failure, ownFailure, ...version }: SampleDoor,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<SampleOutcome> {
  const refused = (why: ProviderFailure): SampleOutcome => ({ ok: false, failure: why })
  const query = { file_length: String(file.size), file_type: file.mime, file_name: file.name }
  const begun = await callGraph(access, { method: 'POST', path, query, ...version }, signal)
  if (begun.kind !== 'ok') return refused(failure(begun))
  const session = idAt(begun.body, 'id')
  if (session === null || !SESSION.test(session)) {
    return refused(ownFailure('unreadable_answer', 'an upload without a session'))
  }
  let stream: ReadableStream<Uint8Array>
  try {
    stream = await file.open()
  } catch (error) {
    return refused(ownFailure('bad_file', wordsOf(error)))
  }
  try {
    const answer = await callGraph(
      access,
      {
        method: 'POST',
        path: session,
        headers: { ...headers, file_offset: '0' },
        body: { stream, type: 'application/octet-stream', length: file.size },
        ...version,
      },
      signal,
    )
    if (answer.kind !== 'ok') return refused(failure(answer))
    const handle = textAt(answer.body, 'h')
    return handle ? { ok: true, handle } : refused(ownFailure('unreadable_answer', 'an upload without a handle'))
  } finally {
    // A call that failed before it read the file would leave it open.
    if (!stream.locked) await stream.cancel().catch(() => undefined)
  }
}
