import { run } from '../../src/cli/program.ts'
import type { Database } from '../../src/store/index.ts'

export interface Ran {
  code: number
  out: string
  err: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not
  json: any
}

/** Runs one command of `parley` in this process. */
export async function parley(args: string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await run(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: async () => '',
    env,
  })
  const text = out.join('\n')
  const isJson = args.includes('--json') && text !== ''
  return { code, out: text, err: err.join('\n'), json: isJson ? JSON.parse(text) : undefined }
}

/** Where a test's database is. */
export const urlOfDatabase = ({ pool }: Database): string => String(pool.options.connectionString)
