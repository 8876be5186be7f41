import { sql } from 'kysely'
import { eventually } from '../../kit/eventually.ts'
import { openProcessHouse, type ProcessHouse } from '../../kit/process-house.ts'
import { databaseUrlOf, type ParleyProcess, publicUrlOf, startParley } from '../parley-process.ts'
import { startToxiproxy, type Toxiproxy } from './toxiproxy.ts'

/**
 * A house of processes (test/kit/process-house.ts) whose server and worker reach PostgreSQL, Temporal and the provider
 * through gates that can be made bad. The test itself, and the simulator, go past them.
 */
export interface ToxicHouse extends ProcessHouse {
  toxiproxy: Toxiproxy
  /** where the provider's simulator finds the server, and the test as well */
  url: string
  /** what both processes have written so far */
  output(): string
  /** @param clockOff minutes by which its clock is wrong */
  start(program: 'server' | 'worker', clockOff?: number): ParleyProcess
}

/** @param program toxiproxy's */
export async function openToxicHouse(program: string): Promise<ToxicHouse> {
  const house = await openProcessHouse()
  const toxiproxy = await startToxiproxy(program)
  const databaseUrl = new URL(databaseUrlOf(house))
  databaseUrl.port = String(await toxiproxy.gate('postgres', databaseUrl.host))
  const temporalAddress = `127.0.0.1:${await toxiproxy.gate('temporal', house.temporalAddress)}`
  const providerPort = await toxiproxy.gate('provider', new URL(house.simulatorUrl).host)
  const graphUrl = `http://127.0.0.1:${providerPort}/simulator/graph`
  // Answers to a dozen orders within a minute are a mailing, and leave the tasks: here they shall stay.
  await sql`update channels set config = jsonb_set(config, '{graphUrl}', to_jsonb(${graphUrl}::text)),
    bulk = '{"threshold": 1000}'`.execute(house.database.db)
  const address = await publicUrlOf(house)
  const started: ParleyProcess[] = []
  let written = ''
  const onOutput = (chunk: Buffer) => {
    written += chunk.toString('utf8')
  }

  return {
    ...house,
    toxiproxy,
    url: address.publicUrl,
    output: () => written,
    start(name, clockOff = 0) {
      const one = startParley(house, name, {
        ...address,
        databaseUrl: databaseUrl.href,
        temporalAddress,
        clockOff,
        onOutput,
      })
      started.push(one)
      return one
    },
    async close() {
      await Promise.all(started.filter((one) => !one.ended()).map((one) => one.kill()))
      await toxiproxy.stop()
      await house.close()
    },
  }
}

/** Until the server answers, and says that a worker does. */
export const untilReady = ({ url }: ToxicHouse) =>
  eventually(async () => {
    const { status } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    if (status !== 200) throw new Error(`not ready: ${status}`)
  }, 60_000)
