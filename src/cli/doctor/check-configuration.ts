import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, loadConfig } from '../../config.ts'
import { readWatchSettings } from '../../observability/settings.ts'
import { type Finding, findingsOf } from './finding.ts'

const { ok, warn, bad } = findingsOf('configuration')

/** The settings as server and worker would read them. config null: they would not start. */
export async function checkConfiguration(
  environment: NodeJS.ProcessEnv,
): Promise<{ config: Config | null; findings: Finding[] }> {
  let config: Config
  try {
    config = loadConfig(environment)
    readWatchSettings(environment)
  } catch (error) {
    // These errors are ours: they name variables, and never quote values.
    const words = error instanceof Error ? error.message : 'the settings cannot be read'
    return {
      config: null,
      findings: [bad('settings', words, 'Set the variables as README.md, Settings, says, for every process alike.')],
    }
  }
  const findings = [ok('settings', 'the settings can be read')]
  const mode = environment.PARLEY_SECRET_KEY ? null : await modeOf(join(config.dataDir, 'secret-key'))
  if (mode !== null && (mode & 0o077) !== 0) {
    findings.push(
      warn(
        'secret_key_mode',
        'others on this machine can read the file with the secret key',
        `chmod 600 ${join(config.dataDir, 'secret-key')}`,
      ),
    )
  }
  return { config, findings }
}

async function modeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).mode
  } catch {
    return null
  }
}
