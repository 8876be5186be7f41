import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../../web/src/settings/endpoints/api.ts'
import { endpointDraft, readEndpoint, readHeaders } from '../../../web/src/settings/endpoints/endpoint-draft.ts'

const stored: Endpoint = {
  id: '1',
  name: 'crm',
  url: 'https://crm.example.com/api',
  headerNames: ['x-tenant'],
  secret: { kind: 'basic', name: 'parley' },
  allowPrivateAddress: false,
  enabled: true,
  maxConcurrent: 5,
  perSecond: 10,
  timeoutMs: 30_000,
  state: 'closed',
  openUntil: null,
  lastError: null,
  lastCallAt: null,
}

describe('an endpoint as it is edited', () => {
  it('sends no secret and no headers that were not entered: the stored ones stay', () => {
    const { problems, changes } = readEndpoint(endpointDraft(stored), stored)
    expect(problems).toEqual([])
    expect(changes).not.toHaveProperty('secret')
    expect(changes).not.toHaveProperty('headers')
    expect(changes).toMatchObject({ name: 'crm', timeoutMs: 30_000 })
  })

  it.each([
    ['another user without the password', { secretName: 'other' }, ['secret']],
    ['another kind without a value', { secretKind: 'bearer' as const }, ['secret']],
    ['a query in the address', { url: 'https://crm.example.com/?a=1' }, ['url']],
    ['a user in the address', { url: 'https://me:x@crm.example.com/' }, ['url']],
    ['plain http', { url: 'http://crm.example.com/' }, ['url']],
    ['too many calls', { maxConcurrent: '101' }, ['limits']],
    ['no pace', { perSecond: '' }, ['limits']],
    ['a header without a colon', { headers: 'x-tenant 7' }, ['headers']],
  ])('refuses %s', (_, changes, problems) => {
    expect(readEndpoint({ ...endpointDraft(stored), ...changes }, stored).problems).toEqual(problems)
  })

  it('takes http where it is allowed, no secret, and fractions with a comma', () => {
    const draft = {
      ...endpointDraft(stored),
      url: 'http://10.0.0.5/hook',
      allowPrivateAddress: true,
      secretKind: 'none' as const,
      perSecond: '0,5',
    }
    const { problems, changes } = readEndpoint(draft, stored)
    expect(problems).toEqual([])
    expect(changes).toMatchObject({ secret: { kind: 'none' }, perSecond: 0.5 })
  })

  it('needs a secret for a new one that says it has one', () => {
    const draft = { ...endpointDraft(null), name: 'crm', url: 'https://crm.example.com', secretKind: 'bearer' as const }
    expect(readEndpoint(draft, null).problems).toEqual(['secret'])
    expect(readEndpoint({ ...draft, secretValue: 's' }, null).changes.secret).toEqual({ kind: 'bearer', value: 's' })
  })

  it('reads headers, one a line', () => {
    expect(readHeaders('X-Tenant: 7\n\n Accept-Language : ru, en ')).toEqual({
      'X-Tenant': '7',
      'Accept-Language': 'ru, en',
    })
    expect(readHeaders('X-Tenant:')).toBeNull()
    expect(readHeaders('')).toEqual({})
  })
})
