import type { Command } from 'commander'

/** Options of every command that goes through the API. */
export const withApiOptions = (command: Command): Command =>
  command
    .option('--url <address>', 'where the API is (PARLEY_URL)')
    .option('--token <token>', 'who asks (PARLEY_TOKEN)')
    .option('--json', 'print JSON')

/** For an option that may be given again: all its values, in their order. */
export const collect = (value: string, before: string[]): string[] => [...before, value]
