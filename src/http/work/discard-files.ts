import { describeError } from '../../store/describe-error.ts'
import type { HttpDeps } from '../context.ts'

/**
 * Removes bytes that no row stands for (any more). Where that fails they stay and take room, which is no reason to answer
 * otherwise.
 */
export async function discardFiles(
  { files, log }: Pick<HttpDeps, 'files' | 'log'>,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) {
    await files.remove(key).catch((error) => {
      log.warn({ attachmentId: key, error: describeError(error) }, 'bytes that nobody needs could not be removed')
    })
  }
}
