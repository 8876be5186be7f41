import { randomUUID } from 'node:crypto'
import { type FileStore, FilesUnavailable } from '../../store/file-store.ts'
import type { S3Settings } from '../../store/s3-client.ts'
import { type Finding, faultWords, findingsOf } from './finding.ts'

const { ok, warn, bad } = findingsOf('files')

const PROBE = 'Parley can keep files here'

/** What to do about the commonest refusals. */
const ADVICE: Record<string, string> = {
  AccessDenied:
    'Allow the key s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject on what is in it.',
  InvalidAccessKeyId: 'Look at S3_ACCESS_KEY_ID.',
  SignatureDoesNotMatch: 'Look at S3_SECRET_ACCESS_KEY, and at S3_REGION.',
  AuthorizationHeaderMalformed: 'Look at S3_REGION.',
  PermanentRedirect: 'Look at S3_REGION and S3_ENDPOINT: the bucket is elsewhere.',
  NoSuchBucket: 'Make the bucket, or look at S3_BUCKET and S3_FORCE_PATH_STYLE.',
  RequestTimeTooSkewed: 'Set the clock of this machine.',
}
const USUAL_ADVICE =
  'Look at S3_ENDPOINT, S3_FORCE_PATH_STYLE and the keys, and whether this machine reaches the storage.'

/** Writes a file to the bucket, lists it, reads a part of it, and deletes it. */
export async function checkBucket(files: FileStore, { bucket, endpoint }: S3Settings): Promise<Finding[]> {
  const key = `doctor-${randomUUID()}`
  let step = 'be listed'
  try {
    await files.reach()
    step = 'be written to'
    await files.put(key, new Blob([PROBE]).stream(), PROBE.length)
    step = 'be read'
    const part = await files.open(key, { start: 7, length: 3 })
    const text = part && (await new Response(part.body).text())
    if (part?.size !== PROBE.length || text !== PROBE.slice(7, 10))
      throw new FilesUnavailable('OtherBytes', 'other bytes')
    step = 'be deleted from'
    await files.remove(key)
    step = 'tell that a file is missing'
    if (await files.open(key)) throw new FilesUnavailable('StillThere', 'a deleted file is still there')
  } catch (error) {
    await files.remove(key).catch(() => undefined)
    const code = error instanceof FilesUnavailable ? error.code : faultWords(error)
    return [bad('bucket', `the bucket ${bucket} cannot ${step} (${code})`, ADVICE[code] ?? USUAL_ADVICE)]
  }
  const found = ok('bucket', `the bucket ${bucket} can be written to, read, listed and deleted from`)
  return isInTheOpen(endpoint)
    ? [
        found,
        warn(
          'bucket_encrypted',
          'files go to the bucket without encryption',
          'Set S3_ENDPOINT to an address of https.',
        ),
      ]
    : [found]
}

const isInTheOpen = (endpoint: string): boolean => {
  const { protocol, hostname } = new URL(endpoint)
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
}
