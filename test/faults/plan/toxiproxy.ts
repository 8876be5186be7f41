import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findFreePort } from '../../../src/dev/ports.ts'
import { eventually } from '../../kit/eventually.ts'

const FOLDER = join(import.meta.dirname, '../../../node_modules/.cache/toxiproxy')
const PROGRAM = join(FOLDER, 'server')
const MODULE = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0'

/**
 * Toxiproxy's program, built once with Go.
 * @returns null where it cannot be built: without Go, or without Go modules at hand
 */
export async function findToxiproxy(): Promise<string | null> {
  if (existsSync(PROGRAM)) return PROGRAM
  try {
    await promisify(execFile)('go', ['install', MODULE], {
      env: { ...process.env, GOBIN: FOLDER, GOFLAGS: '-mod=mod' },
    })
    return PROGRAM
  } catch (error) {
    console.log(`faults: no toxiproxy (${error instanceof Error ? error.message.split('\n')[0] : error})`)
    return null
  }
}

export type Toxic =
  | { type: 'latency'; attributes: { latency: number; jitter: number } }
  /** with 0 ms nothing passes until it is taken away */
  | { type: 'timeout'; attributes: { timeout: 0 } }
  | { type: 'reset_peer'; attributes: { timeout: number } }
  /** bytes: the connection closes behind them */
  | { type: 'limit_data'; attributes: { bytes: number } }
  /** kilobytes a second */
  | { type: 'bandwidth'; attributes: { rate: number } }

/** A running toxiproxy: gates before services, that can be made bad. */
export interface Toxiproxy {
  /** Opens a gate. @returns the port that stands for the upstream */
  gate(name: string, upstream: string): Promise<number>
  /** Makes a gate bad. @returns what makes it good again */
  poison(name: string, toxic: Toxic): Promise<() => Promise<void>>
  /** Closes a gate, so that connections are refused. @returns what opens it again */
  shut(name: string): Promise<() => Promise<void>>
  stop(): Promise<void>
}

export async function startToxiproxy(program: string): Promise<Toxiproxy> {
  const port = await findFreePort()
  const child: ChildProcess = spawn(program, ['-host', '127.0.0.1', '-port', String(port)], { stdio: 'ignore' })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok && response.status !== 404) throw new Error(`toxiproxy: ${response.status} for ${method} ${path}`)
  }
  await eventually(() => ask('GET', '/version'))
  let toxics = 0
  return {
    async gate(name, upstream) {
      const gatePort = await findFreePort()
      await ask('POST', '/proxies', { name, listen: `127.0.0.1:${gatePort}`, upstream, enabled: true })
      return gatePort
    },
    async poison(gate, toxic) {
      const name = `toxic-${++toxics}`
      await ask('POST', `/proxies/${gate}/toxics`, { name, stream: 'downstream', toxicity: 1, ...toxic })
      return () => ask('DELETE', `/proxies/${gate}/toxics/${name}`)
    },
    async shut(name) {
      await ask('POST', `/proxies/${name}`, { enabled: false })
      return () => ask('POST', `/proxies/${name}`, { enabled: true })
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
