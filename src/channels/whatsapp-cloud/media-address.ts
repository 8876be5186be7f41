import { isLoopback } from '../account-values.ts'

const META_FILE_HOSTS = /(^lookaside\.fbsbx\.com|\.fbcdn\.net|\.whatsapp\.net|\.facebook\.com)$/

/**
 * May a file be fetched from here? Only https on Meta's hosts (reference §6), or the Graph API's own origin when that
 * is a simulator on this machine. So neither an answer nor a redirect can lead us, and the token, into another network.
 * @returns the address, or null when it is none of these
 */
export function mediaAddress(address: string, graphUrl: string): URL | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return null
  const graph = new URL(graphUrl)
  if (isLoopback(graph) && url.origin === graph.origin) return url
  return url.protocol === 'https:' && url.port === '' && META_FILE_HOSTS.test(url.hostname) ? url : null
}
