import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultOf, hostOf, reachOf } from '../../src/outside/address.ts'

describe('where an address leads', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['1.1.1.1', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['192.167.255.255', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['2606:4700::1111', 'public'],
    ['2a00:1450:4001::8a', 'public'],
    // this machine and the house's own network
    ['127.0.0.1', 'private'],
    ['127.255.255.254', 'private'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['::1', 'private'],
    ['0:0:0:0:0:0:0:1', 'private'],
    ['fc00::1', 'private'],
    ['fdab:1234::1', 'private'],
    // IPv4 in IPv6's clothes
    ['::ffff:127.0.0.1', 'private'],
    ['::ffff:7f00:1', 'private'],
    ['0:0:0:0:0:ffff:10.0.0.1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b::a9fe:a9fe', 'forbidden'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['2002:7f00:1::', 'private'],
    ['2002:a9fe:a9fe::1', 'forbidden'],
    ['2002:0808:0808::1', 'public'],
    // metadata and link-local
    ['169.254.169.254', 'forbidden'],
    ['169.254.170.2', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['192.0.0.192', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['::ffff:100.100.100.200', 'forbidden'],
    // nothing anybody means
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['::', 'forbidden'],
    ['::127.0.0.1', 'forbidden'],
    ['::ffff:0:127.0.0.1', 'forbidden'],
    ['64:ff9b:1::1', 'forbidden'],
    ['100::1', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['2001::1', 'forbidden'],
    ['2001:db8::1', 'forbidden'],
    ['192.0.2.1', 'forbidden'],
    ['198.51.100.7', 'forbidden'],
    ['203.0.113.7', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['240.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    // no addresses
    ['', 'forbidden'],
    ['localhost', 'forbidden'],
    ['127.1', 'forbidden'],
    ['0177.0.0.1', 'forbidden'],
    ['1.2.3.4.5', 'forbidden'],
  ])('%s: %s', (address, reach) => {
    expect(reachOf(address)).toBe(reach)
  })

  it('is the same for an IPv4 address and for the IPv6 address that stands for it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(reachOf(`::ffff:${address}`)).toBe(reachOf(address))
        expect(reachOf(`64:ff9b::${address}`)).toBe(reachOf(address))
      }),
    )
  })

  it('is known of every IPv6 address; none outside of 2000::/3 is public but for those that stand for IPv4', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
        expect(reachOf(address)).toBe(reachOf(canonical))
        const first = Number.parseInt(canonical.split(':')[0] || '0', 16)
        const isMapped = canonical.startsWith('::ffff:') || canonical.startsWith('64:ff9b::')
        if (reachOf(address) === 'public' && !isMapped) expect(first >> 13).toBe(1)
      }),
    )
  })
})

describe('the address of a call', () => {
  it.each([
    ['https://example.com/a?b=c', false, true],
    ['https://example.com:8443/', false, true],
    ['http://example.com/', false, false],
    ['http://127.0.0.1:8080/', true, true],
    ['https://user@example.com/', true, false],
    ['https://user:word@example.com/', true, false],
    ['https://example.com@evil.example/', true, false],
    ['ftp://example.com/', true, false],
    ['file:///etc/passwd', true, false],
    ['gopher://example.com/', true, false],
    ['data:text/plain,hi', true, false],
    ['//example.com', true, false],
    ['example.com', true, false],
    ['', true, false],
    ['https://example.com:22/', true, false],
    ['https://example.com:25/', true, false],
    ['http://127.0.0.1:6379/', true, false],
  ])('%s (private: %s) is fine: %s', (address, allowPrivate, isFine) => {
    expect(faultOf(address, allowPrivate) === null).toBe(isFine)
  })

  it.each([
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://①②⑦.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
  ])('%s is known to be this machine', (address) => {
    expect(reachOf(hostOf(new URL(address)))).toBe('private')
  })
})
