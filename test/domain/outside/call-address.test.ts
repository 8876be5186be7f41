import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callAddress } from '../../../src/domain/outside/call-address.ts'

const BASE = 'https://crm.example/api'

describe('the address of a call', () => {
  it.each([
    [null, {}, 'https://crm.example/api'],
    ['', {}, 'https://crm.example/api'],
    ['/clients/7', {}, 'https://crm.example/api/clients/7'],
    ['clients/7', {}, 'https://crm.example/api/clients/7'],
    ['clients/', {}, 'https://crm.example/api/clients/'],
    ['Ann Müller', {}, 'https://crm.example/api/Ann%20M%C3%BCller'],
    [null, { q: 'a&b=c', r: 'ü' }, 'https://crm.example/api?q=a%26b%3Dc&r=%C3%BC'],
    // what a client could write
    ['x?admin=1', {}, 'https://crm.example/api/x%3Fadmin%3D1'],
    ['x#y', {}, 'https://crm.example/api/x%23y'],
    ['//evil.example/x', {}, 'https://crm.example/api//evil.example/x'],
    ['https://evil.example/', {}, 'https://crm.example/api/https%3A//evil.example/'],
    ['@evil.example', {}, 'https://crm.example/api/%40evil.example'],
    ['..%2f..%2fadmin', {}, 'https://crm.example/api/..%252f..%252fadmin'],
    ['%2e%2e', {}, 'https://crm.example/api/%252e%252e'],
    ['..', {}, null],
    ['../admin', {}, null],
    ['a/../../admin', {}, null],
    ['./a', {}, null],
    ['a\\..\\b', {}, null],
    ['a\r\nHost: x', {}, null],
    ['a\u0000', {}, null],
  ])('%j with %j: %s', (path, query, expected) => {
    expect(callAddress(BASE, path, query)).toBe(expected)
  })

  it('takes an address that ends with a slash, and one without a path', () => {
    expect(callAddress('https://crm.example', 'a', {})).toBe('https://crm.example/a')
    expect(callAddress('https://crm.example/api/', '/a', {})).toBe('https://crm.example/api/a')
  })

  it('never leads out of the endpoint, whatever text is put in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.string()), (path, query) => {
        const address = callAddress(BASE, path, query)
        if (address === null) return
        const url = new URL(address)
        expect(url.origin).toBe('https://crm.example')
        expect(url.pathname === '/api' || url.pathname.startsWith('/api/')).toBe(true)
        expect(url.hash).toBe('')
        expect([...url.searchParams].length).toBe(Object.keys(query).length)
      }),
    )
  })
})
