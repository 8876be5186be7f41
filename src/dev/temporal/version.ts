import { execFile } from 'node:child_process'

/** What `temporal --version` says: the command line's version and that of the server inside it. */
export interface TemporalVersion {
  readonly cli: string
  readonly server: string
}

/**
 * Runs `temporal --version`.
 *
 * @returns undefined when there is no such program, it does not run here, or it is something else of that name
 */
export function readTemporalVersion(binary: string): Promise<TemporalVersion | undefined> {
  return new Promise((resolve) => {
    execFile(binary, ['--version'], { timeout: 10_000 }, (error, stdout) => {
      resolve(error ? undefined : parseTemporalVersion(stdout))
    })
  })
}

/** Reads `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function parseTemporalVersion(output: string): TemporalVersion | undefined {
  const [, cli, server] = /temporal version (\d[^\s]*) \(Server (\d[^\s,)]*)/i.exec(output) ?? []
  return cli && server ? { cli, server } : undefined
}

/** Whether dotted `version` is `minimum` or newer; numbers only, suffixes are ignored. */
export function isAtLeast(version: string, minimum: string): boolean {
  const left = version.split('.').map((part) => Number.parseInt(part, 10))
  const right = minimum.split('.').map((part) => Number.parseInt(part, 10))
  for (const [index, wanted] of right.entries()) {
    const got = left[index] ?? 0
    if (got !== wanted) return got > wanted
  }
  return true
}
