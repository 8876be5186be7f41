import { providerErrorRule } from '../../domain/provider-errors.ts'
import type { Diagnosis, DiagnosisState, DiagnosisStep, Words } from '../port.ts'
import { refusesToken } from '../whatsapp-cloud/check.ts'
import { callGraph, type GraphAnswer, graphPath } from '../whatsapp-cloud/graph-client.ts'
import { at, objectsAt } from '../wire/fields.ts'
import { askAccount, readAccount } from './check.ts'
import { graphOf, type InstagramAccount, senderNode } from './config.ts'
import { DIAGNOSIS_NAMES, DIAGNOSIS_WORDS as SAY } from './diagnosis-words.ts'
import { failureOfInstagram } from './errors.ts'

/** Each thing that a connection needs, asked of Meta without changing anything there. */
export async function diagnoseAccount(
  account: InstagramAccount,
  webhookUrl: string | null,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const [who, apps] = await Promise.all([
    askAccount(account, signal),
    callGraph(graphOf(account), { method: 'GET', path: graphPath(senderNode(account), 'subscribed_apps') }, signal),
  ])
  const token = readToken(account, who)
  const works = token.state !== 'bad'
  const found = who.kind === 'ok' ? readAccount(account, who.body) : null
  const steps = [
    token,
    works ? readWho(account, who) : later('account'),
    works ? readEvents(account, apps, webhookUrl) : later('subscription'),
    step('message_access', 'unknown', SAY.messageAccess),
  ]
  if (!found?.ok) return { steps, account: null }
  const name = found.username === null ? found.name : `@${found.username}`
  return { steps, account: { ...NOTHING_MORE, name } }
}

const NOTHING_MORE = {
  displayPhone: null,
  quality: null,
  messagingLimit: null,
  throughput: null,
  tokenExpiresAt: null,
  coexistence: false,
}

function readToken(account: InstagramAccount, answer: GraphAnswer): DiagnosisStep {
  if (answer.kind === 'ok') {
    return step('token', 'good', account.login === 'instagram' ? SAY.tokenRenewed : SAY.tokenGood)
  }
  const failure = failureOfInstagram(account, answer)
  const refused = answer.kind === 'refused' && refusesToken(failure.code)
  return refused
    ? step('token', 'bad', SAY.tokenRefused, failure.detail)
    : step('token', 'unknown', providerErrorRule(failure.code).words, failure.detail)
}

function readWho(account: InstagramAccount, answer: GraphAnswer): DiagnosisStep {
  if (answer.kind !== 'ok') {
    const { code, detail } = failureOfInstagram(account, answer)
    return answer.kind === 'refused'
      ? step('account', 'bad', SAY.noAccount, detail)
      : step('account', 'unknown', providerErrorRule(code).words, detail)
  }
  const found = readAccount(account, answer.body)
  if (!found.ok) return step('account', 'bad', providerErrorRule(found.code).words)
  const shown = [found.name, found.username === null ? null : `@${found.username}`]
    .filter((part) => part !== null)
    .join(' · ')
  return step('account', 'good', { en: shown, ru: shown })
}

function readEvents(account: InstagramAccount, answer: GraphAnswer, webhookUrl: string | null): DiagnosisStep {
  if (answer.kind !== 'ok') {
    const { code, detail } = failureOfInstagram(account, answer)
    return step('subscription', 'unknown', providerErrorRule(code).words, detail)
  }
  const fields = objectsAt(answer.body, 'data').flatMap((app) => {
    const listed = at(app, 'subscribed_fields')
    return Array.isArray(listed) ? listed : []
  })
  if (fields.includes('messages')) return step('subscription', 'good', SAY.subscribed)
  return webhookUrl === null
    ? step('subscription', 'good', SAY.willSubscribe)
    : step('subscription', 'warning', SAY.notSubscribed)
}

const later = (name: keyof typeof DIAGNOSIS_NAMES): DiagnosisStep => step(name, 'unknown', SAY.afterToken)

const step = (
  name: keyof typeof DIAGNOSIS_NAMES,
  state: DiagnosisState,
  words: Words,
  detail: string | null = null,
): DiagnosisStep => ({ step: name, state, name: DIAGNOSIS_NAMES[name], words, detail })
