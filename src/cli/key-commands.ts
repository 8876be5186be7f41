import type { Command } from 'commander'
import { type OldKey, oldKeys } from '../operations/keys/old-keys.ts'
import { type OpenRun, sealedRuns, turnOver } from '../operations/keys/temporal-keys.ts'
import { rotateKeys } from '../store/keys/rotate-keys.ts'
import { type KeySurvey, surveyKeys } from '../store/keys/survey-keys.ts'
import type { SecretBox } from '../store/secret-box.ts'
import { type Console, show, table } from './console.ts'
import { Failure } from './failure.ts'
import { secrets, withDatabase } from './installation.ts'
import { withTemporal } from './temporal-client.ts'

const ACTOR = { kind: 'system', id: null } as const
const JSON_OPTION = ['--json', 'print JSON'] as const
const TEMPORAL_OPTION = ['--temporal', 'look at histories in Temporal, too; always where they are sealed'] as const

interface Options {
  json?: boolean
  temporal?: boolean
}

/** The keys that secrets are sealed with: which are in use, and how to change them (docs/operating.md). */
export function addKeyCommands(program: Command, console: Console): void {
  const keys = program.command('keys').description('the keys that secrets are sealed with')

  keys
    .command('status')
    .description('open every secret, and say with which key it is sealed; keys are shown by name')
    .option(...TEMPORAL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: Options) => {
      const box = secrets(console)
      const survey = await withDatabase(console, ({ db }) => surveyKeys(db, box))
      const runs = isInTemporal(console, options)
        ? await withTemporal(console, (client, at) => sealedRuns(client, at.queuePrefix, box))
        : null
      const old = oldKeys(box.keys, survey, runs)
      if (runs) survey.push(placeInTemporal(runs, box))
      show(console, options, { given: box.keys, places: survey, old }, () =>
        [words(survey, box.keys), ...old.map(verdict)].join('\n'),
      )
      failIfUnreadable(survey)
    })

  keys
    .command('rotate')
    .description('seal everything with the newest key; may be broken off and called again')
    .option(...TEMPORAL_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: Options) => {
      const box = secrets(console)
      const [newest = ''] = box.keys
      const done = await withDatabase(console, ({ db }) => rotateKeys(db, box, ACTOR))
      const turned = isInTemporal(console, options)
        ? await withTemporal(console, async (client, { queuePrefix }) =>
            turnOver(client, await sealedRuns(client, queuePrefix, box), newest),
          )
        : null
      show(console, options, { newest, ...done, ...(turned !== null && { turnedOver: turned }) }, () => {
        const count = Object.values(done.resealed).reduce((sum, one) => sum + one, 0)
        const asked =
          turned === null
            ? ''
            : `\nworkflows that go on in a fresh run: ${turned}; keys status tells when none needs an older key`
        return `sealed anew: ${count}${asked}\n${words(done.survey, box.keys)}`
      })
      failIfUnreadable(done.survey)
      if (!done.complete) {
        throw new Failure(
          'Something was sealed with an older key meanwhile: give every process the new key, and repeat.',
        )
      }
    })
}

const isInTemporal = ({ env }: Console, { temporal }: Options): boolean =>
  temporal === true || env.PARLEY_TEMPORAL_ENCRYPTION === 'on'

/** Open runs by key, as another place of those that hold something sealed. */
function placeInTemporal(runs: readonly OpenRun[], box: SecretBox): KeySurvey {
  const survey: KeySurvey = { place: 'temporal: open workflows', keys: {}, unreadable: [] }
  for (const { workflowId, keys } of runs) {
    for (const key of keys) {
      survey.keys[key] = (survey.keys[key] ?? 0) + 1
      if (!box.keys.includes(key)) survey.unreadable.push({ row: workflowId, key, why: 'key_not_given' })
    }
  }
  return survey
}

/** Links to files are sealed, too, and are kept nowhere: nobody can tell whether one is still under way. */
function verdict({ key, verdict: is, neededBy }: OldKey): string {
  if (is === 'needed')
    return `${key} is still needed: ${neededBy.map(({ place, count }) => `${place} ${count}`).join(', ')}`
  if (is === 'may_go') return `${key} may be taken away an hour after every process was given the newest`
  return `${key} is needed by no secret; with --temporal this tells whether a history needs it`
}

function words(survey: readonly KeySurvey[], given: readonly string[]): string {
  const rows = survey.flatMap(({ place, keys, unreadable }) =>
    Object.entries(keys).map(([key, count]) => ({
      place,
      key,
      count,
      is: key === given[0] ? 'newest' : given.includes(key) ? 'previous' : 'not given',
      unreadable: unreadable.filter((one) => one.key === key).length,
    })),
  )
  const lost = survey.flatMap(({ place, unreadable }) =>
    unreadable.map(({ row, key, why }) => ({ place, row, key, why: why.replaceAll('_', ' ') })),
  )
  const lines = table(rows, {
    place: (one) => one.place,
    key: (one) => one.key,
    is: (one) => one.is,
    rows: (one) => String(one.count),
    unreadable: (one) => String(one.unreadable),
  })
  if (lost.length === 0) return lines
  const unreadable = table(lost, {
    unreadable: (one) => one.place,
    row: (one) => one.row,
    key: (one) => one.key,
    why: (one) => one.why,
  })
  return `${lines}\n\n${unreadable}`
}

/** @throws Failure that counts what no given key opens */
function failIfUnreadable(survey: readonly KeySurvey[]): void {
  const count = survey.reduce((sum, { unreadable }) => sum + unreadable.length, 0)
  if (count > 0) {
    throw new Failure(
      `${count} cannot be opened. Give the missing key in PARLEY_SECRET_KEY_PREVIOUS, or enter those secrets anew.`,
    )
  }
}
