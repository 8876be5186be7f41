import { displayFileName } from './file-name.ts'

/** Endings of what clients send most; a file of another type keeps the name it came with. */
const ENDINGS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
}

/**
 * What a client's file is called here. Only documents come with a name; a photo gets one from its kind (`image.jpg`),
 * so that it opens once it is saved.
 */
export function clientFileName(name: string, mime: string): string {
  const shown = displayFileName(name)
  const ending = ENDINGS[mime]
  return ending && !/\.[A-Za-z0-9]{1,10}$/.test(shown) ? `${shown}.${ending}` : shown
}
