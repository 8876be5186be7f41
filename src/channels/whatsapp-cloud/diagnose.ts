import { providerErrorRule } from '../../domain/provider-errors.ts'
import type { DiagnosedAccount, Diagnosis, DiagnosisState, DiagnosisStep, Words } from '../port.ts'
import { at, numberAt, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'
import { isNoSuchNumber, refusesToken } from './check.ts'
import type { WhatsAppCloudConfig } from './config.ts'
import { DIAGNOSIS_NAMES, DIAGNOSIS_WORDS as SAY } from './diagnosis-words.ts'
import { failureOfAnswer } from './errors.ts'
import { callGraph, type GraphAnswer, graphPath } from './graph-client.ts'

const NEEDED = ['whatsapp_business_messaging', 'whatsapp_business_management']
const NUMBER_FIELDS = 'id,display_phone_number,verified_name,quality_rating,platform_type,is_on_biz_app'
/** Asked apart: a version of Meta's that does not know one of them must not make the number look wrong. */
const LIMIT_FIELDS = 'throughput,whatsapp_business_manager_messaging_limit'
/** A token that ends within this time was made for trying things out. */
const SOON_MS = 7 * 86_400_000
/** How Meta refuses a wrong app secret: as a token, or as an application that it cannot find. */
const REFUSES_SECRET = new Set(['1', '101', '190'])

/** Each thing that a connection needs, asked of Meta without changing anything there (reference §5.6, §10). */
export async function diagnoseAccount(
  config: WhatsAppCloudConfig,
  webhookUrl: string | null,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const ask = (path: string, query: Record<string, string>, as = config) =>
    callGraph(as, { method: 'GET', path, query }, signal)
  const [number, token, numbers, apps, limits] = await Promise.all([
    ask(graphPath(config.phoneNumberId), { fields: NUMBER_FIELDS }),
    ask('debug_token', { input_token: config.accessToken }),
    ask(graphPath(config.wabaId, 'phone_numbers'), { fields: 'id,display_phone_number', limit: '100' }),
    ask(graphPath(config.wabaId, 'subscribed_apps'), {}),
    ask(graphPath(config.phoneNumberId), { fields: LIMIT_FIELDS }),
  ])
  const granted = token.kind === 'ok' ? objectAt(token.body, 'data') : null
  const appId = textAt(granted, 'app_id')
  // An app's own token is its id and its secret: Meta takes it only if the secret is right.
  const proof =
    appId === null
      ? null
      : await ask(
          'debug_token',
          { input_token: config.accessToken },
          { ...config, accessToken: `${appId}|${config.appSecret}` },
        )

  const tokenStep = readToken(config, number, token, granted)
  const works = tokenStep.state !== 'bad'
  const steps = [
    tokenStep,
    works ? readPermissions(granted) : later('permissions'),
    works ? readNumber(config, number) : later('number'),
    works ? readBusinessAccount(config, numbers) : later('business_account'),
    works ? readAppSecret(config, proof) : later('app_secret'),
    works ? readSubscription(config, apps, webhookUrl) : later('subscription'),
  ]
  return { steps, account: number.kind === 'ok' ? accountOf(number.body, limits, granted) : null }
}

function accountOf(number: JsonObject, limits: GraphAnswer, granted: JsonObject | null): DiagnosedAccount {
  const told = limits.kind === 'ok' ? limits.body : null
  return {
    displayPhone: textAt(number, 'display_phone_number'),
    name: textAt(number, 'verified_name'),
    quality: textAt(number, 'quality_rating')?.toLowerCase() ?? null,
    messagingLimit: textAt(told, 'whatsapp_business_manager_messaging_limit')?.toLowerCase() ?? null,
    throughput: textAt(objectAt(told, 'throughput'), 'level')?.toLowerCase() ?? null,
    tokenExpiresAt: endOf(granted),
    coexistence: at(number, 'is_on_biz_app') === true,
  }
}

function readToken(
  config: WhatsAppCloudConfig,
  number: GraphAnswer,
  token: GraphAnswer,
  granted: JsonObject | null,
): DiagnosisStep {
  if (number.kind === 'refused' && (number.error.code === '0' || number.error.code === '190')) {
    return step('token', 'bad', SAY.tokenRefused, failureOfAnswer(config, number).detail)
  }
  if (granted !== null && at(granted, 'is_valid') === false) {
    return step('token', 'bad', SAY.tokenRefused, textAt(objectAt(granted, 'error'), 'message'))
  }
  const end = endOf(granted)
  if (end !== null && end.getTime() - Date.now() < SOON_MS) return step('token', 'warning', SAY.tokenEnds(end))
  if (number.kind === 'ok' || granted !== null) {
    return step('token', 'good', end === null ? SAY.tokenGood : SAY.tokenGoodUntil(end))
  }
  const told = number.kind === 'refused' ? token : number
  return told.kind === 'ok' ? step('token', 'good', SAY.tokenGood) : unknown(config, 'token', told)
}

function readPermissions(granted: JsonObject | null): DiagnosisStep {
  const scopes = at(granted, 'scopes')
  if (!Array.isArray(scopes)) return step('permissions', 'unknown', SAY.permissionsUnknown)
  const missing = NEEDED.filter((scope) => !scopes.includes(scope))
  return missing.length === 0
    ? step('permissions', 'good', SAY.permissionsGood)
    : step('permissions', 'bad', SAY.permissionsMissing(missing.join(', ')))
}

function readNumber(config: WhatsAppCloudConfig, answer: GraphAnswer): DiagnosisStep {
  if (answer.kind === 'refused') {
    const { code } = answer.error
    const { detail } = failureOfAnswer(config, answer)
    if (isNoSuchNumber(code)) return step('number', 'bad', SAY.noBusinessNumber, detail)
    if (refusesToken(code)) return step('number', 'bad', SAY.numberNotSeen, detail)
  }
  if (answer.kind !== 'ok') return unknown(config, 'number', answer)
  const phone = textAt(answer.body, 'display_phone_number')
  if (phone === null) return step('number', 'bad', SAY.noBusinessNumber)
  const name = textAt(answer.body, 'verified_name')
  const shown = name === null ? phone : `${phone} · ${name}`
  const unregistered = textAt(answer.body, 'platform_type') === 'NOT_APPLICABLE'
  return unregistered
    ? step('number', 'warning', SAY.numberUnregistered(shown))
    : step('number', 'good', SAY.numberGood(shown))
}

function readBusinessAccount(config: WhatsAppCloudConfig, answer: GraphAnswer): DiagnosisStep {
  if (answer.kind === 'refused') {
    const { code } = answer.error
    if (isNoSuchNumber(code) || refusesToken(code)) {
      return step('business_account', 'bad', SAY.noBusinessAccount, failureOfAnswer(config, answer).detail)
    }
  }
  if (answer.kind !== 'ok') return unknown(config, 'business_account', answer)
  const listed = objectsAt(answer.body, 'data')
  if (listed.some((number) => textAt(number, 'id') === config.phoneNumberId)) {
    return step('business_account', 'good', SAY.businessAccountGood)
  }
  if (textAt(objectAt(answer.body, 'paging'), 'next') !== null) {
    return step('business_account', 'unknown', SAY.businessAccountLarge)
  }
  const others = listed.flatMap((number) => textAt(number, 'display_phone_number') ?? [])
  return step('business_account', 'bad', SAY.numberElsewhere(others.slice(0, 3).join(', ')))
}

/** @param answer null: Meta did not say which app the token belongs to */
function readAppSecret(config: WhatsAppCloudConfig, answer: GraphAnswer | null): DiagnosisStep {
  if (answer?.kind === 'ok') return step('app_secret', 'good', SAY.appSecretGood)
  if (answer?.kind === 'refused' && REFUSES_SECRET.has(answer.error.code)) {
    return step('app_secret', 'bad', SAY.appSecretWrong, failureOfAnswer(config, answer).detail)
  }
  return step('app_secret', 'unknown', SAY.appSecretUnknown)
}

function readSubscription(config: WhatsAppCloudConfig, answer: GraphAnswer, webhookUrl: string | null): DiagnosisStep {
  if (answer.kind === 'refused' && (isNoSuchNumber(answer.error.code) || refusesToken(answer.error.code))) {
    return step('subscription', 'bad', SAY.noSubscription, failureOfAnswer(config, answer).detail)
  }
  if (answer.kind !== 'ok') return unknown(config, 'subscription', answer)
  const address = objectsAt(answer.body, 'data').flatMap((app) => textAt(app, 'override_callback_uri') ?? [])[0]
  if (webhookUrl === null) {
    return step('subscription', 'good', address ? SAY.subscriptionMoves(address) : SAY.subscriptionFree)
  }
  if (address === webhookUrl) return step('subscription', 'good', SAY.subscriptionHere)
  return step('subscription', 'warning', address ? SAY.subscriptionElsewhere(address) : SAY.subscriptionOfApp)
}

function unknown(config: WhatsAppCloudConfig, name: string, answer: Exclude<GraphAnswer, { kind: 'ok' }>) {
  const { code, detail } = failureOfAnswer(config, answer)
  return step(name, 'unknown', providerErrorRule(code).words, detail)
}

const later = (name: string): DiagnosisStep => step(name, 'unknown', SAY.afterToken)

/** 0 means that it does not end. */
function endOf(granted: JsonObject | null): Date | null {
  const seconds = numberAt(granted, 'expires_at')
  return seconds === null || seconds <= 0 ? null : new Date(seconds * 1000)
}

const step = (name: string, state: DiagnosisState, words: Words, detail: string | null = null): DiagnosisStep => ({
  step: name,
  state,
  name: DIAGNOSIS_NAMES[name as keyof typeof DIAGNOSIS_NAMES],
  words,
  detail,
})
