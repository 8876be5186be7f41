import type { ProviderFailure, TemplatesApi } from '../channels/port.ts'
import { adapterFor } from '../channels/registry.ts'
import type { ChannelId } from '../domain/ids.ts'
import { providerErrorRule } from '../domain/provider-errors.ts'
import { loadChannel } from '../store/channels/load-channel.ts'
import { demandSync } from '../store/templates/sync-templates.ts'
import type { HttpDeps } from './context.ts'
import { ApiError, notFound } from './errors.ts'

/** The provider is asked while a person waits for the answer. */
const PATIENCE_MS = 20_000

/** "There is already content in this language": its name and language are taken. */
const ALREADY_THERE = new Set(['2388023', '2388024'])

type Outcome<T> = ({ ok: true } & T) | { ok: false; failure: ProviderFailure }

/**
 * Changes a template at the provider, outside of any transaction. Whatever goes wrong, the list is asked for soon: a
 * call without an answer may have been carried out.
 * @throws ApiError 404 `not_found`, 409 `templates_unsupported` or `template_exists`, 422 `template_refused` with the
 *   provider's words, 503 `provider_unavailable`
 */
export async function atProvider<T extends object>(
  deps: HttpDeps,
  channelId: ChannelId,
  call: (api: TemplatesApi, config: unknown, signal: AbortSignal) => Promise<Outcome<T>>,
  patienceMs = PATIENCE_MS,
): Promise<{ ok: true } & T> {
  const { db } = deps.database
  const channel = await loadChannel(db, deps.secrets, channelId)
  if (!channel) throw notFound('This channel')
  const api = adapterFor(channel.row.provider)?.templates
  if (!api) throw new ApiError(409, 'templates_unsupported', 'The provider of this channel has no templates')
  const outcome = await call(api, channel.config, AbortSignal.timeout(patienceMs))
  if (outcome.ok) return outcome
  await demandSync(db, channelId)
  throw refusalOf(outcome.failure)
}

function refusalOf({ class: kind, code, detail }: ProviderFailure): ApiError {
  const details = { providerCode: code, providerMessage: detail }
  if (ALREADY_THERE.has(code)) {
    return new ApiError(409, 'template_exists', 'There is already a template of this name in this language', details)
  }
  const words = providerErrorRule(code).words.en
  if (kind === 'retry' || kind === 'wait') return new ApiError(503, 'provider_unavailable', words, details)
  return new ApiError(422, 'template_refused', `The provider refused it. ${words} (${detail})`, details)
}
