import { newKey } from '../../api/request.ts'
import { type ConnectionValues, newVerifyToken } from '../api.ts'

const digits = (count: number): string =>
  [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => String(byte % 10)).join('')

/** A number of the simulated Meta on this machine, told to it before, so that it knows the token and the secret. */
export async function simulatedNumber(): Promise<ConnectionValues> {
  const account = {
    phoneNumberId: `1${digits(14)}`,
    wabaId: `2${digits(14)}`,
    accessToken: `simulated-${newKey()}`,
    appSecret: newKey(),
    verifyToken: newVerifyToken(),
  }
  const body = { ...account, displayPhone: `+1555${digits(7)}`, name: 'Simulated business', webhookUrl: null }
  await fetch('/simulator/accounts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { ...account, graphUrl: `${location.origin}/simulator/graph` }
}
