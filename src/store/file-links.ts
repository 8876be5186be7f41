import type { AttachmentId } from '../domain/ids.ts'
import type { SecretBox } from './secret-box.ts'

/** Time for a provider to fetch a file that it was told to send; it does so while it answers, or soon after. */
export const LINK_LIVES_MS = 60 * 60_000

const PURPOSE = 'file link'
const MAX_TOKEN_LENGTH = 400

/**
 * The address of a file for a provider that fetches what it sends (Instagram, Twilio and others): it opens this one file
 * for an hour, and nobody can make or guess one without the installation's key. The file's own id does not stand in it.
 * @param name shown to whoever saves it; only as the end of the address
 */
export function fileLink(
  secrets: SecretBox,
  publicUrl: string,
  file: { id: AttachmentId; name: string },
  now: number,
): string {
  const token = secrets.seal([PURPOSE, file.id, now + LINK_LIVES_MS]).toString('base64url')
  return `${publicUrl}/files/${token}/${encodeURIComponent(file.name)}`
}

/** @returns the file that the link opens; null: it is none of ours, was changed, or is over */
export function readFileLink(secrets: SecretBox, token: string, now: number): AttachmentId | null {
  if (token.length > MAX_TOKEN_LENGTH || !/^[\w-]+$/.test(token)) return null
  let content: unknown
  try {
    content = secrets.open(Buffer.from(token, 'base64url'))
  } catch {
    return null
  }
  if (!Array.isArray(content)) return null
  const [purpose, id, until]: unknown[] = content
  if (purpose !== PURPOSE || typeof id !== 'string' || typeof until !== 'number') return null
  return now < until ? (id as AttachmentId) : null
}
