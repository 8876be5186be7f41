import { type Finding, findingsOf } from './finding.ts'

const { ok, bad } = findingsOf('server')
const outside = findingsOf('public address')

const PATIENCE_MS = 5_000

/** The server as this machine sees it. `answers`: channels can be asked through it. */
export async function checkServer(baseUrl: string): Promise<{ answers: boolean; findings: Finding[] }> {
  const answer = await ask(`${baseUrl}/readyz`)
  if (answer === null || !('checks' in answer)) {
    const todo = 'Start it (npm start, or node dist/server.js); --url or PARLEY_URL names another address.'
    return { answers: false, findings: [bad('answers', `no Parley answers at ${baseUrl}`, todo)] }
  }
  const missing = Object.entries(answer.checks as Record<string, unknown>).filter(([, state]) => state !== 'ok')
  if (missing.length === 0) return { answers: true, findings: [ok('ready', `the server at ${baseUrl} is ready`)] }
  const words = missing.map(([name, state]) => `${name}: ${String(state)}`).join('; ')
  return {
    answers: true,
    findings: [
      bad('ready', `the server at ${baseUrl} is not ready: ${words}`, 'See the findings about each of these.'),
    ],
  }
}

/** Where providers send their webhooks to. It can be asked from here only: that it answers is not proof for the world. */
export async function checkPublicAddress(publicUrl: string): Promise<Finding[]> {
  const { protocol, hostname } = new URL(publicUrl)
  const answer = await ask(`${publicUrl}/healthz`)
  if (answer?.status !== 'ok') {
    const todo =
      'Do PUBLIC_URL, the name in the DNS, the certificate and the reverse proxy fit? Webhooks do not arrive otherwise.'
    return [outside.bad('reachable', `no Parley answers at ${publicUrl}`, todo)]
  }
  if (/^(localhost|127\.|\[::1\]|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(hostname)) {
    const words = `${publicUrl} answers, and no provider can reach it`
    return [outside.warn('reachable', words, 'Set PUBLIC_URL to an address of the internet; the simulator needs none.')]
  }
  if (protocol !== 'https:') {
    return [
      outside.warn('reachable', `${publicUrl} answers, without TLS`, 'Providers want https: put a proxy before it.'),
    ]
  }
  return [outside.ok('reachable', `${publicUrl} answers`)]
}

async function ask(address: string): Promise<Record<string, unknown> | null> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'manual' })
    const body: unknown = await answer.json()
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : null
  } catch {
    return null
  }
}
