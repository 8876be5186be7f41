import { spawn } from 'node:child_process'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  account,
  arrived,
  CLIENT_ID,
  calls,
  errorOf,
  items,
  objectIn,
  PHONE,
  startReceiver,
  startRig,
  temporaryDirectory,
  until,
  WABA,
  wamidOf,
} from './harness.ts'

describe('a restart', () => {
  test('keeps messages, files, templates, faults, settings and the record of calls', async () => {
    const dataDir = await temporaryDirectory()
    const receiver = await startReceiver()
    const first = await startRig({ dataDir, receiver })
    await first.write({ text: 'Hi', media: undefined })
    await first.write({ media: { dataBase64: 'eA==', mime: 'image/png', name: 'a.png' } })
    const wamid = wamidOf(await first.send({ text: { body: 'Hello' }, biz_opaque_callback_data: 'dlv_1' }))
    await first.call('POST', '/faults', { on: 'messages', kind: 'error', code: 131016, times: 2 })
    expect((await first.send({ text: { body: 'x' } })).status).toBe(500)
    await first.graph('POST', `/${WABA}/message_templates`, {
      name: 'mine',
      language: 'ru',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Привет' }],
    })
    await until(async () => expect(items(await first.call('GET', '/webhooks'))).toEqual([]))
    const shown = (await first.call('GET', `/phone/messages?from=${CLIENT_ID}`)).body
    const record = (await first.call('GET', '/calls')).body
    await first.stop()
    // A kill in the middle of a line.
    await appendFile(join(dataDir, 'journal.jsonl'), '{"t":"message","mess')

    const second = await startRig({ dataDir, receiver })
    expect((await second.call('GET', `/phone/messages?from=${CLIENT_ID}`)).body).toEqual(shown)
    expect((await second.call('GET', '/calls')).body).toEqual(record)
    expect(items(await second.call('GET', '/calls?callbackData=dlv_1'))).toEqual([expect.objectContaining({ wamid })])
    expect((await second.send({ text: { body: 'x' } })).status).toBe(500)
    expect((await second.send({ text: { body: 'x' } })).status).toBe(200)
    expect((await second.graph('GET', `/${WABA}/message_templates?name=mine`)).body.data).toHaveLength(1)
    const [, file] = items(await second.call('GET', `/phone/messages?from=${CLIENT_ID}`))
    const url = String(objectIn(file, 'media').url)
    expect(await (await fetch(`${new URL(second.url).origin}${url}`)).text()).toBe('x')
    await second.stop()
    const third = await startRig({ dataDir, receiver })
    expect(items(await third.call('GET', `/phone/messages?from=${CLIENT_ID}`)).at(-1)).toMatchObject({ text: 'x' })
  })

  test('remembers the pair limit', async () => {
    const dataDir = await temporaryDirectory()
    const receiver = await startReceiver()
    const first = await startRig({ dataDir, receiver, frozen: true })
    for (let n = 0; n < 45; n += 1) await first.send({ text: { body: 'x' } })
    await first.stop()
    const second = await startRig({ dataDir, receiver, frozen: true })
    second.clock.now = first.clock.now
    expect(errorOf(await second.send({ text: { body: 'x' } }))).toMatchObject({ code: 131056 })
  })

  test('a damaged line is told, not passed over', async () => {
    const dataDir = await temporaryDirectory()
    const first = await startRig({ dataDir })
    await first.stop()
    await appendFile(join(dataDir, 'journal.jsonl'), 'nonsense\n{"t":"key","key":"x"}\n')
    await expect(startRig({ dataDir })).rejects.toThrow(/damaged at line \d+/)
  })
})

describe('the process of its own', () => {
  let bundle = ''
  beforeAll(async () => {
    bundle = fileURLToPath(new URL('../../../node_modules/.cache/simulator-test/main.mjs', import.meta.url))
    await build({
      entryPoints: [fileURLToPath(new URL('../../../src/dev/simulator/main.ts', import.meta.url))],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      target: 'node20',
    })
  })

  async function start(dataDir: string) {
    const child = spawn(process.execPath, [bundle, '--port', '0', '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal)
      await ended
      return child.exitCode
    }
    onTestFinished(() => end('SIGKILL').then(() => {}))
    const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve))
    const url = `${JSON.parse(line).url}/simulator`
    return { ...calls(url), url, end }
  }
  test('a kill -9 loses neither the messages nor the calls nor the webhooks that are owed', async () => {
    const dataDir = await temporaryDirectory()
    const receiver = await startReceiver()
    receiver.status = 503
    const first = await start(dataDir)
    await first.call('POST', '/accounts', account(receiver))
    await first.call('POST', '/settings', { retryPausesMs: [20] })
    const inbound = await first.write({ text: 'Hi' })
    const sent = wamidOf(await first.send({ text: { body: 'Hello' }, biz_opaque_callback_data: 'dlv_1' }))
    await first.call('POST', '/faults', { on: 'messages', kind: 'timeout_after_accept', times: 1 })
    const cut = expect(first.send({ text: { body: 'Cut' }, biz_opaque_callback_data: 'dlv_2' })).rejects.toThrow()
    await until(async () =>
      expect(items(await first.call('GET', '/calls?callbackData=dlv_2'))[0]).toMatchObject({ outcome: 'timeout' }),
    )
    await first.end('SIGKILL')
    await cut
    receiver.status = 200
    receiver.posts.length = 0

    const second = await start(dataDir)
    await until(async () => expect(items(await second.call('GET', '/webhooks'))).toEqual([]))
    expect(arrived(receiver, 'messages').map((message) => message.id)).toEqual([inbound])
    const statuses = arrived(receiver, 'statuses').map(
      ({ status, biz_opaque_callback_data }) => `${biz_opaque_callback_data} ${status}`,
    )
    expect(statuses.sort()).toEqual(['dlv_1 delivered', 'dlv_1 sent', 'dlv_2 delivered', 'dlv_2 sent'])
    expect(
      items(await second.call('GET', '/calls?operation=messages')).map((call) => [call.callbackData, call.outcome]),
    ).toEqual([
      ['dlv_1', 'accepted'],
      ['dlv_2', 'timeout'],
    ])
    const texts = items(await second.call('GET', `/phone/messages?from=${CLIENT_ID}`)).map((item) => item.text)
    expect(texts).toEqual(['Hi', 'Hello', 'Cut'])
    expect(items(await second.call('GET', `/calls?wamid=${encodeURIComponent(sent)}`))).toHaveLength(1)
    expect((await second.graph('GET', `/${PHONE}`)).status).toBe(200)
    expect(await second.end('SIGTERM')).toBe(0)
  })
})
