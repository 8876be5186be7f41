import { displayFileName } from '../../domain/file-name.ts'

/**
 * The header that names a file for saving (RFC 6266): an ASCII name for old programs, and the real one in UTF-8 (RFC 8187).
 * @param name as it came from outside
 */
export function contentDisposition(how: 'attachment' | 'inline', name: string): string {
  const shown = displayFileName(name)
  const ascii = shown
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]+/g, '_')
    .replace(/["\\%;]/g, '_')
  const encoded = encodeURIComponent(shown).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
