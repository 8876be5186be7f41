import { register } from 'prom-client'
import { expect, it } from 'vitest'
import { Unstored } from '../../src/intake/unstored.ts'
import { watchUnstored } from '../../src/observability/signal-gauges.ts'

it('webhooks that wait to be stored are a figure of the server', async () => {
  const unstored = new Unstored()
  watchUnstored(unstored)
  const figure = () => register.getSingleMetricAsString('parley_webhooks_waiting')
  expect(await figure()).toMatch(/^parley_webhooks_waiting 0$/m)
  let store = () => {}
  const waiting = unstored.during(
    new Promise<void>((resolve) => {
      store = resolve
    }),
  )
  expect(await figure()).toMatch(/^parley_webhooks_waiting 1$/m)
  store()
  await waiting
  expect(await figure()).toMatch(/^parley_webhooks_waiting 0$/m)
  await expect(unstored.during(Promise.reject(new Error('the database is away')))).rejects.toThrow('away')
  expect(await figure()).toMatch(/^parley_webhooks_waiting 0$/m)
})
