import { BlockList, isIP } from 'node:net'

/**
 * What an IP address leads to. `private`: this machine or the house's own network, which an endpoint may allow.
 * `forbidden`: nothing that an endpoint can mean: the cloud's metadata services, link-local, multicast, reserved
 * (IANA's special-purpose registries for IPv4 and IPv6).
 */
export type Reach = 'public' | 'private' | 'forbidden'

/** Addresses at which clouds hand out credentials (AWS, GCP, Azure, Oracle: link-local ones are forbidden anyway). */
const METADATA = ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254']

const PRIVATE = ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.18.0.0/15']
const PRIVATE_6 = ['::1/128', 'fc00::/7']

const RESERVED = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of IPv6 only 2000::/3 is given out at all; within it these are not. */
const RESERVED_6 = ['2001::/23', '2001:db8::/32', '3fff::/20']

/** The networks in which an IPv6 address stands for an IPv4 one, and the byte at which that begins. */
const CARRIES_IPV4: { network: string; at: number }[] = [
  { network: '::ffff:0:0/96', at: 12 },
  { network: '64:ff9b::/96', at: 12 },
  { network: '2002::/16', at: 2 },
]

const isMetadata = listOf(METADATA.map((address) => `${address}/${address.includes(':') ? 128 : 32}`))
const isPrivate = listOf([...PRIVATE, ...PRIVATE_6])
const isReserved = listOf([...RESERVED, ...RESERVED_6])
const isGivenOut = listOf(['2000::/3'])
const carriers = CARRIES_IPV4.map(({ network, at }) => ({ contains: listOf([network]), at }))

/**
 * Where an address leads, whatever its form; an IPv6 address that stands for an IPv4 one is judged as that.
 * @param address as DNS or `URL` gives it, without brackets; anything else is forbidden
 */
export function reachOf(address: string): Reach {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return 'forbidden'
  if (family === 6) {
    const carrier = carriers.find(({ contains }) => contains(address))
    if (carrier)
      return reachOf(
        bytesOf(address)
          .slice(carrier.at, carrier.at + 4)
          .join('.'),
      )
  }
  if (isMetadata(address)) return 'forbidden'
  if (isPrivate(address)) return 'private'
  if (isReserved(address)) return 'forbidden'
  return family === 4 || isGivenOut(address) ? 'public' : 'forbidden'
}

/** Lists of one family each: Node's `BlockList` looks for IPv4-mapped addresses among the IPv4 rules by itself. */
function listOf(networks: readonly string[]): (address: string) => boolean {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    lists[family].addSubnet(address, Number(prefix), family)
  }
  return (address) => {
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    return lists[family].check(address, family)
  }
}

/** The 16 bytes of a valid IPv6 address. `URL` gives it in one form: hexadecimal groups, at most one `::`. */
function bytesOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const before = groups(head)
  const after = groups(tail)
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
  return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
}

/**
 * Ports at which something else than a web server listens, which could take a request for its own words
 * (https://fetch.spec.whatwg.org/#bad-port).
 */
const BAD_PORTS = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])

/**
 * What speaks against an address before its name is looked up; null: nothing.
 * @param allowPrivate then plain http is allowed, too; what it leads to has to be private (`reachOf`)
 */
export function faultOf(address: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(address)) return 'This is no web address'
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return 'A web address must hold no user name or password'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'Only https addresses are called'
  if (url.protocol === 'http:' && !allowPrivate) return 'http is only for private addresses; use https'
  if (BAD_PORTS.has(Number(url.port))) return `Port ${url.port} is not for web servers`
  return null
}

/** The host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')
