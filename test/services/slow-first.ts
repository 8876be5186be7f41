import { relative, sep } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files, and rooms of such files, that take twenty seconds and more beside others on two cores; the longest first. The
 * heaviest faults, each a whole house under load, are not beside one another.
 */
export const SLOW: readonly string[] = [
  'test/faults/deploy.test.ts',
  'test/operations/set-back.test.ts',
  'test/operations/temporal-encryption.test.ts',
  'test/faults/crash.test.ts',
  'test/model/even-seeds.test.ts',
  'test/operations/temporal-set-back.test.ts',
  'test/faults/sends.test.ts',
  'test/operations/backup-damage.test.ts',
  'test/model/odd-seeds.test.ts',
  'test/faults/overload.test.ts',
  'test/dev/embedded-postgres.test.ts',
  'test/dev/embedded-temporal.test.ts',
  'test/faults',

  'test/cli/process.test.ts',
  'test/scenarios/edit-in-flight.test.ts',
  'test/campaigns/sending.test.ts',
  'test/scenarios/sends/at-least-once.test.ts',
  'test/story/bad-input.test.ts',
  'test/workflows/provider-away.test.ts',
  'test/replay/record.test.ts',
  'test/attacks/fuzz.test.ts',
  'test/story/instagram.test.ts',
  'test/channels/third-party/chatapp.test.ts',
  'test/scenarios/outside/http.test.ts',
  'test/gallery/gallery.test.ts',
  'test/bulk/model.test.ts',
  'test/workflows/interleavings.test.ts',
  'test/attacks/canaries.test.ts',
  'test/scenarios/house/acting.test.ts',

  'test/browser/screens.test.ts',
  'test/browser/what-else.test.ts',
  'test/browser/task.test.ts',
  'test/browser/hostile.test.ts',
  'test/browser/panel.test.ts',
  'test/browser/inbox-list.test.ts',
  'test/browser/story.test.ts',
  'test/browser/history.test.ts',
  'test/browser/scenarios.test.ts',
  'test/browser/mailings.test.ts',
  'test/browser/inbox.test.ts',
  'test/browser/two-operators.test.ts',
  'test/browser/channels.test.ts',
]

/**
 * Starts what takes long before what is quick, in each project, so that none of it is still under way when all else is
 * done. Vitest orders by the durations of the last run, which a clean clone has not seen: by the files' sizes then,
 * which say little here.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    // The projects follow each other in the order that Vitest gave them.
    const projects = [...new Set(sorted.map(({ project }) => project))]
    return projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project)
      return slowFirst(own, (file) => relative(this.ctx.config.root, file.moduleId).split(sep).join('/'))
    })
  }
}

/** Those of `SLOW` in its order, then the others; files of one place keep theirs. */
export function slowFirst<File>(files: readonly File[], pathOf: (file: File) => string): File[] {
  const place = (file: File) => {
    const path = pathOf(file)
    const known = SLOW.findIndex((slow) => path === slow || path.startsWith(`${slow}/`))
    return known === -1 ? SLOW.length : known
  }
  return [...files].sort((a, b) => place(a) - place(b))
}
