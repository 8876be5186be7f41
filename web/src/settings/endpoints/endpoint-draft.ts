import type { Endpoint, EndpointChanges, SecretKind } from './api.ts'

/** An endpoint as its form holds it: as it is typed. Secrets begin empty, for they are never shown. */
export interface EndpointDraft {
  name: string
  url: string
  allowPrivateAddress: boolean
  enabled: boolean
  secretKind: SecretKind
  secretName: string
  secretValue: string
  headers: string
  maxConcurrent: string
  perSecond: string
  timeoutSeconds: string
}

export const endpointDraft = (endpoint: Endpoint | null): EndpointDraft => ({
  name: endpoint?.name ?? '',
  url: endpoint?.url ?? 'https://',
  allowPrivateAddress: endpoint?.allowPrivateAddress ?? false,
  enabled: endpoint?.enabled ?? true,
  secretKind: endpoint?.secret.kind ?? 'none',
  secretName: endpoint?.secret.name ?? '',
  secretValue: '',
  headers: '',
  maxConcurrent: String(endpoint?.maxConcurrent ?? 5),
  perSecond: String(endpoint?.perSecond ?? 10),
  timeoutSeconds: String((endpoint?.timeoutMs ?? 30_000) / 1000),
})

/** @returns null for a line that is none */
export function readHeaders(text: string): Record<string, string> | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const entries = lines.map((line) => /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(\S(?:.*\S)?)\s*$/.exec(line.trim()))
  if (entries.some((entry) => entry === null)) return null
  return Object.fromEntries(entries.flatMap((entry) => (entry?.[1] && entry[2] ? [[entry[1], entry[2]]] : [])))
}

export type EndpointProblem = 'name' | 'url' | 'secret' | 'headers' | 'limits'

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.')))
const within = (value: number, least: number, most: number): boolean => value >= least && value <= most

/** Is the stored secret to stay? It cannot be shown, so an empty field means just that. */
const keepsSecret = (draft: EndpointDraft, before: Endpoint | null): boolean =>
  before !== null &&
  draft.secretValue === '' &&
  before.secret.kind === draft.secretKind &&
  (before.secret.name ?? '') === draft.secretName

/** What the API takes, and what keeps it from being sent. */
export function readEndpoint(draft: EndpointDraft, before: Endpoint | null) {
  const headers = readHeaders(draft.headers)
  const [most, pace, seconds] = [draft.maxConcurrent, draft.perSecond, draft.timeoutSeconds].map(number)
  const named = draft.secretKind === 'basic' || draft.secretKind === 'header'
  const keeps = keepsSecret(draft, before)
  const wrong: Record<EndpointProblem, boolean> = {
    name: draft.name.trim() === '' || /[{}]/.test(draft.name),
    url: !isAddress(draft.url.trim(), draft.allowPrivateAddress),
    secret:
      !keeps &&
      draft.secretKind !== 'none' &&
      (draft.secretValue.trim() === '' || (named && draft.secretName.trim() === '')),
    headers: headers === null,
    limits: !(
      Number.isInteger(most) &&
      within(most ?? 0, 1, 100) &&
      within(pace ?? 0, 0.01, 1_000) &&
      within(seconds ?? 0, 0.1, 60)
    ),
  }
  const problems = (Object.keys(wrong) as EndpointProblem[]).filter((problem) => wrong[problem])
  const changes: EndpointChanges = {
    name: draft.name.trim(),
    url: draft.url.trim(),
    allowPrivateAddress: draft.allowPrivateAddress,
    enabled: draft.enabled,
    maxConcurrent: most ?? 5,
    perSecond: pace ?? 10,
    timeoutMs: Math.round((seconds ?? 30) * 1000),
    ...(headers && Object.keys(headers).length > 0 && { headers }),
    ...(!keeps && {
      secret: {
        kind: draft.secretKind,
        ...(named && { name: draft.secretName.trim() }),
        ...(draft.secretKind !== 'none' && { value: draft.secretValue.trim() }),
      },
    }),
  }
  return { problems, changes }
}

function isAddress(text: string, mayBePlain: boolean): boolean {
  if (!URL.canParse(text) || /[?#]/.test(text)) return false
  const { protocol, username, password } = new URL(text)
  return username === '' && password === '' && (protocol === 'https:' || (mayBePlain && protocol === 'http:'))
}
