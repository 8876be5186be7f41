import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { OnProgress } from '../setup-error.ts'

export interface Download {
  /** What is being fetched from where, for the person who waits. */
  readonly title: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Where the bytes arrive; its growth is the progress. */
  readonly directory: string
  /** Given up after so long without a new byte. */
  readonly stallMs: number
  readonly onProgress: OnProgress
}

/**
 * Runs a program that downloads into a directory. Ends it when nothing arrives any more: the program may know
 * no timeout of its own, and a machine without a network must get on to the next way.
 *
 * @returns undefined when the program succeeded, else why it did not, in a line
 */
export async function runDownload(download: Download): Promise<string | undefined> {
  const child = spawn(download.command, [...download.args], {
    env: { ...process.env, ...download.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const watch = watchGrowth(download, child)
  try {
    return await failureOf(child, () => watch.stalled)
  } finally {
    clearInterval(watch.timer)
  }
}

function watchGrowth({ title, directory, stallMs, onProgress }: Download, child: ChildProcess) {
  const started = Date.now()
  let size = 0
  let grewAt = started
  let toldAt = started
  const look = async () => {
    const now = Date.now()
    const bytes = await sizeOf(directory)
    if (bytes !== size) grewAt = now
    size = bytes
    if (now - toldAt >= 2_000) {
      toldAt = now
      onProgress(`${title}: ${(size / 1e6).toFixed(0)} MB after ${((now - started) / 1000).toFixed(0)} s`)
    }
    if (now - grewAt > stallMs) {
      watch.stalled = true
      child.kill('SIGKILL')
    }
  }
  const watch = { stalled: false, timer: setInterval(() => void look(), 250) }
  return watch
}

function failureOf(child: ChildProcess, stalled: () => boolean): Promise<string | undefined> {
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) => {
      if (code === 0) return resolve(undefined)
      resolve(stalled() ? 'nothing arrived' : (output.trim().split('\n').at(-1) ?? `ended with code ${code}`))
    })
  })
}

/** Bytes of all files under a directory; files that vanish meanwhile count nothing. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        (file) => file.size,
        () => 0,
      ),
    )
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0)
}
