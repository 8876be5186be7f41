import fc from 'fast-check'

export interface SeedRun<Story, Stage> {
  stories: fc.Arbitrary<Story>
  /** Tells one story on a stage. @throws where it does not end as it must */
  tell: (stage: Stage, story: Story) => Promise<void>
  /** Seeds are shared out among these, each of which tells one story at a time. */
  stages: readonly Stage[]
  /** Seeds 1 to this one, unless `PARLEY_SEEDS` says another. */
  seeds: number
  /** Which of them are told here. */
  takes: (seed: number) => boolean
  /** The test's file and name: what replays a seed. */
  test: { file: string; name: string }
}

/**
 * Tells the stories of so many seeds, however long it takes, or of `PARLEY_SEED` alone. A story that fails is told again and
 * again in smaller forms, which takes a while; the smallest is shown with its seed and the command that replays it.
 */
export async function overSeeds<Story, Stage>(run: SeedRun<Story, Stage>): Promise<void> {
  const { PARLEY_SEED: one, PARLEY_SEEDS: many } = process.env
  const all = one === undefined ? Array.from({ length: Number(many ?? run.seeds) }, (_, n) => n + 1) : [Number(one)]
  const waiting = all.filter(run.takes)
  const seeds = waiting.length
  const began = performance.now()
  const failures: string[] = []
  await Promise.all(
    run.stages.map(async (stage) => {
      while (failures.length === 0) {
        const seed = waiting.shift()
        if (seed === undefined) return
        const property = fc.asyncProperty(run.stories, (story) => run.tell(stage, story))
        const details = await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: 60_000 })
        if (details.failed) failures.push(report(run, seed, details))
      }
    }),
  )
  if (one === undefined) {
    const seconds = (performance.now() - began) / 1_000
    console.log(`${run.test.file}: ${seeds - waiting.length} seeds in ${seconds.toFixed(0)} s`)
  }
  if (failures.length > 0) throw new Error(failures.join('\n\n'))
}

function report<Story>(
  { test }: Pick<SeedRun<Story, unknown>, 'test'>,
  seed: number,
  { counterexample, errorInstance }: fc.RunDetails<[Story]>,
): string {
  const replay = `PARLEY_SEED=${seed} npx vitest run ${test.file} -t '${test.name}'`
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  const { actual, expected } = (errorInstance ?? {}) as { actual?: unknown; expected?: unknown }
  const both =
    expected === undefined ? '' : `\n  is:        ${JSON.stringify(actual)}\n  should be: ${JSON.stringify(expected)}`
  return `seed ${seed}: ${JSON.stringify(counterexample?.[0])}\n${why}${both}\nreplay: ${replay}`
}
