import { Command, CommanderError } from 'commander'
import { addBackupCommands } from './backup-commands.ts'
import { addBulkCommands } from './bulk-commands.ts'
import { addCampaignCommands } from './campaign-commands.ts'
import { addChannelCommands } from './channel-commands.ts'
import type { Console } from './console.ts'
import { addDeadLetterCommands } from './dead-letter-commands.ts'
import { addDoctorCommand } from './doctor/doctor-command.ts'
import { Failure } from './failure.ts'
import { addFilesCommands } from './files-commands.ts'
import { addInstallationCommands } from './installation-commands.ts'
import { addKeyCommands } from './key-commands.ts'
import { addRepairCommand } from './repair-command.ts'
import { addRetentionCommands } from './retention-commands.ts'
import { addScenarioCommands } from './scenario-commands.ts'
import { addSendCommand } from './send-command.ts'
import { addTemplateCommands } from './template-commands.ts'
import { addWorkCommands } from './work-commands.ts'

/** Exit codes: done, could not be done, called wrongly. */
const DONE = 0
const FAILED = 1
const MISUSED = 2

/**
 * Runs one command of `parley`. Asks nothing: what it needs comes by options, environment or standard input.
 * @param args without the program's name
 * @returns the exit code
 */
export async function run(args: readonly string[], console: Console): Promise<number> {
  const program = new Command('parley')
    .description('Parley: conversations with clients in messengers')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.out(text.trimEnd()),
      writeErr: (text) => console.err(text.trimEnd()),
    })
    .showHelpAfterError('(--help tells more)')
  addInstallationCommands(program, console)
  addKeyCommands(program, console)
  addBackupCommands(program, console)
  addRepairCommand(program, console)
  addFilesCommands(program, console)
  addRetentionCommands(program, console)
  addChannelCommands(program, console)
  addTemplateCommands(program, console)
  addWorkCommands(program, console)
  addSendCommand(program, console)
  addBulkCommands(program, console)
  addCampaignCommands(program, console)
  addScenarioCommands(program, console)
  addDeadLetterCommands(program, console)
  addDoctorCommand(program, console)

  try {
    await program.parseAsync(args, { from: 'user' })
    return DONE
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? DONE : MISUSED
    }
    if (error instanceof Failure) {
      console.err(`parley: ${error.message}`)
      return FAILED
    }
    console.err(`parley: ${error instanceof Error ? `${error.name}: ${error.message}` : 'failed'}`)
    return FAILED
  }
}
