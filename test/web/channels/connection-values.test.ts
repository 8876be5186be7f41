import { describe, expect, it } from 'vitest'
import { CONNECTION } from '../../../src/channels/whatsapp-cloud/connection.ts'
import { fits } from '../../../web/src/channels/connect/use-connection-values.ts'

const field = (key: string) => {
  const found = CONNECTION.fields.find((one) => one.key === key)
  if (!found) throw new Error(`there is no field ${key}`)
  return found
}

describe('what a connection takes', () => {
  it.each([
    ['phoneNumberId', '106540352242922', true],
    ['phoneNumberId', ' 106540352242922 ', true],
    ['phoneNumberId', '+1 555 078 3881', false],
    ['phoneNumberId', '', false],
    ['wabaId', 'abc', false],
    ['accessToken', 'EAAG0123456789', true],
    ['accessToken', 'EAAG 0123456789', false],
    ['verifyToken', 'слово', false],
    ['graphUrl', '', true],
    ['graphUrl', 'graph.facebook.com', false],
    ['graphUrl', 'https://graph.facebook.com', true],
  ])('%s %j', (key, value, good) => {
    expect(fits(field(key), value)).toBe(good)
  })
})
