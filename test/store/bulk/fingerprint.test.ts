import { expect, test } from 'vitest'
import type { BulkMessage } from '../../../src/domain/bulk/fingerprint.ts'
import { fingerprintOf } from '../../../src/store/bulk/fingerprint.ts'

const text: BulkMessage = {
  kind: 'text',
  text: 'Dear Anna, 5 left',
  template: null,
  fileHash: null,
  contactName: 'Anna',
}

test('a template is readable; a text and a file are hashes of one length; a kind is itself', () => {
  const template: BulkMessage = { ...text, kind: 'template', template: { name: 'sale', language: 'en_US' } }
  expect(fingerprintOf(template, 'content')).toBe('template:sale:en_US')
  expect(fingerprintOf(text, 'content')).toMatch(/^text:[0-9a-f]{64}$/)
  expect(fingerprintOf({ ...text, kind: 'image', fileHash: 'AB' }, 'content')).toMatch(/^file:[0-9a-f]{64}$/)
  expect(fingerprintOf(text, 'kind')).toBe('kind:text')
})

test('the same type has the same fingerprint, another has another', () => {
  const boris = { ...text, text: 'DEAR Boris, 12 left', contactName: 'Boris' }
  expect(fingerprintOf(boris, 'content')).toBe(fingerprintOf(text, 'content'))
  expect(fingerprintOf({ ...boris, text: 'Dear Boris, 12 gone' }, 'content')).not.toBe(fingerprintOf(text, 'content'))
  const file: BulkMessage = { ...text, kind: 'image', fileHash: 'ab' }
  expect(fingerprintOf({ ...file, fileHash: 'AB', text: null }, 'content')).toBe(fingerprintOf(file, 'content'))
  expect(fingerprintOf(file, 'content')).not.toBe(fingerprintOf({ ...file, fileHash: 'ac' }, 'content'))
})
