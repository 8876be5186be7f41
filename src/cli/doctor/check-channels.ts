import { openChannel } from '../../store/channels/load-channel.ts'
import type { Database } from '../../store/index.ts'
import type { SecretBox } from '../../store/secret-box.ts'
import { type ApiOptions, withApi } from '../api-client.ts'
import type { Console } from '../console.ts'
import { Failure } from '../failure.ts'
import { type Finding, findingsOf } from './finding.ts'

const { ok, warn, bad, skipped } = findingsOf('channels')

interface Channel {
  id: string
  name: string
  provider: string
  state: string
  stateReason: string | null
}
interface Check {
  steps: { state: string; name: string; message: string }[]
}

/** Can each channel's secrets be opened with the key that is set here? */
export async function checkSecrets({ db }: Database, secrets: SecretBox): Promise<Finding[]> {
  const rows = await db.selectFrom('channels').selectAll().where('deleted_at', 'is', null).execute()
  const locked = rows.filter((row) => {
    try {
      openChannel(row, secrets)
      return false
    } catch {
      return true
    }
  })
  if (locked.length === 0) return [ok('secrets', `the secrets of ${rows.length} channels can be opened`)]
  const names = locked.map(({ name }) => name).join(', ')
  const todo = 'Give every process the key that they were sealed with (PARLEY_SECRET_KEY, or the file secret-key).'
  return [bad('secrets', `the secrets of ${names} cannot be opened with this key`, todo)]
}

/** Each channel as its provider sees it: what `parley channel doctor` asks, one after the other. */
export async function checkChannels(console: Console, options: ApiOptions): Promise<Finding[]> {
  try {
    return await withApi(console, options, async (api) => {
      const { items } = await api.get<{ items: Channel[] }>('/api/channels?limit=200')
      if (items.length === 0) return [ok('channels', 'no channel is connected yet')]
      const findings: Finding[] = []
      for (const channel of items) findings.push(await checkChannel(channel))
      return findings

      async function checkChannel({ id, name, provider, state, stateReason }: Channel): Promise<Finding> {
        const who = `${name} (${provider})`
        const resume = `Mend the cause, then: npx parley channel resume ${id}`
        if (state === 'disconnected')
          return warn('state', `${who} is disconnected`, `Connect it, or: npx parley channel delete ${id}`)
        if (state === 'paused') return warn('state', `${who} is paused: what is to be sent waits`, resume)
        if (state !== 'connected')
          return bad('state', `${who} is ${state}${stateReason ? `: ${stateReason}` : ''}`, resume)
        const { steps } = await api.post<Check>(`/api/channels/${encodeURIComponent(id)}/check`)
        const wrong = steps.find((step) => step.state === 'bad') ?? steps.find((step) => step.state === 'warn')
        if (!wrong) return ok('account', `${who} is in order`)
        const words = `${who}: ${wrong.name}: ${wrong.message}`
        return (wrong.state === 'bad' ? bad : warn)('account', words, `npx parley channel doctor ${id}`)
      }
    })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return [skipped('channels', `they could not be asked: ${error.message}`)]
  }
}
