import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { type Api, OWNER_TOKEN, openApi } from '../http/api.ts'
import { scenario, YAML } from '../http/scenarios/documents.ts'

let api: Api
let server: Server
let url: string
let directory: string
beforeAll(async () => {
  ;[api, directory] = await Promise.all([openApi(), mkdtemp(join(tmpdir(), 'parley-scenarios-'))])
  server = createServer(getRequestListener(api.app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await Promise.all([api.close(), rm(directory, { recursive: true })])
})

async function parley(args: string[], { offline = false, input = '' } = {}) {
  const out: string[] = []
  const err: string[] = []
  const code = await run(['scenario', ...args], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readInput: async () => input,
    env: offline ? {} : { PARLEY_URL: url, PARLEY_TOKEN: OWNER_TOKEN },
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  return path
}
const inspect = async (key: string) => {
  const { json } = await api.owner(`/api/scenarios?key=${key}`)
  return json.items[0]
}

describe('parley scenario lint', () => {
  it('needs no server, and says where everything is wrong', async () => {
    const good = await file('good.yaml', YAML)
    const bad = await file('bad.yaml', YAML.replace('sendText', 'sendTxt'))
    const mute = await file('mute.yaml', YAML.replace('message.received', 'task.created'))
    expect(await parley(['lint', good], { offline: true })).toEqual({
      code: 0,
      out: 'nothing to say against it',
      err: '',
    })
    const { code, out, err } = await parley(['lint', good, bad, mute], { offline: true })
    expect([code, err]).toEqual([1, 'parley: 2 files have errors.'])
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^.*bad\.yaml:6:\d+ .*sendText/),
      expect.stringMatching(/^.*mute\.yaml:\d+:\d+ \S/),
    ])
    const json = await parley(['lint', bad, '--json'], { offline: true })
    expect([json.code, JSON.parse(json.out)]).toEqual([
      1,
      [{ file: bad, ok: false, findings: [expect.objectContaining({ line: 6, severity: 'error' })] }],
    ])
  })

  it('reads standard input', async () => {
    expect(await parley(['lint', '-'], { offline: true, input: 'id: [' })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^-:1:\d+ /),
    })
  })

  it('asks the installation where it is told to, and keeps nothing there', async () => {
    const path = await file(
      'group.yaml',
      'id: group\nname: Group\ntrigger: { event: message.received }\nsteps:\n  - id: a\n    assign: { group: nobody }\n',
    )
    expect((await parley(['lint', path], { offline: true })).code).toBe(0)
    const online = await parley(['lint', path, '--online'])
    expect([online.code, online.out]).toEqual([1, `${path}:6:22 There is no group “nobody”`])
    expect(await inspect('group')).toBeUndefined()
  })

  it('says which file cannot be read', async () => {
    expect(await parley(['lint', '/no/such/file'], { offline: true })).toMatchObject({
      code: 1,
      err: 'parley: /no/such/file cannot be read.',
    })
  })
})

describe('parley scenario publish', () => {
  it('checks, keeps and publishes a file, once', async () => {
    const path = await file('publish.yaml', YAML.replace('id: greet', 'id: published'))
    expect(await parley(['publish', path])).toEqual({ code: 0, out: 'published is published as v1', err: '' })
    expect(await parley(['publish', path, '--in-flight', 'drain'])).toMatchObject({
      out: 'published is published as v1',
    })
    const next = await file('publish.yaml', (await readFile(path, 'utf8')).replace('Hello }', 'Good day }'))
    const json = await parley(['publish', next, '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ key: 'published', published: { version: 2 }, warnings: [] })
  })

  it('publishes nothing that has errors, and leaves the draft alone', async () => {
    const path = await file(
      'wrong.yaml',
      YAML.replace('id: greet', 'id: published').replace('sendText: { text: Hello }', 'setStatus: lost'),
    )
    const before = await inspect('published')
    const { code, out } = await parley(['publish', path])
    expect([code, out]).toEqual([1, expect.stringMatching(/^.*wrong\.yaml:6:\d+ There is no status “lost”/)])
    expect(await inspect('published')).toEqual(before)
    expect((await parley(['publish', path, '--in-flight', 'whatever'])).code).toBe(2)
  })
})

describe('parley scenario import, list and export', () => {
  it('takes files in as drafts and gives them back', async () => {
    const yaml = YAML.replace('id: greet', 'id: travels')
    const files = [
      await file('travels.yaml', yaml),
      await file('plain.json', JSON.stringify(scenario('plain', { trigger: { button: { label: 'Press' } } }))),
    ]
    expect((await parley(['import', ...files])).out).toBe('travels is new\nplain is new')
    expect((await parley(['import', ...files])).out).toBe('travels is unchanged\nplain is unchanged')
    expect((await inspect('travels')).published).toBeNull()
    const bad = await file('bad.yaml', 'id: x')
    expect((await parley(['import', files[0] ?? '', bad])).code).toBe(1)

    const listed = await parley(['list'])
    expect(listed.out).toMatch(/^plain +About plain +button +– +yes/m)
    expect(listed.out).toMatch(/^published +Greet +scenario +v2 +yes/m)

    const out = join(directory, 'out')
    expect((await parley(['export', '--all', '--dir', out])).code).toBe(0)
    expect(await readFile(join(out, 'travels.yaml'), 'utf8')).toBe(yaml)
    const again = await parley(['import', join(out, 'plain.yaml'), '--json'])
    expect(JSON.parse(again.out)).toEqual([expect.objectContaining({ key: 'plain', change: 'changed' })])
    expect((await parley(['export', 'travels'])).out).toBe(yaml)
    expect(await parley(['export', 'nobody'])).toMatchObject({ code: 1, err: 'parley: There is no scenario nobody.' })
    expect((await parley(['export'])).code).toBe(1)
  })

  it('gives back what is published, not what somebody is about to change', async () => {
    const { id } = await inspect('published')
    const changed = await api.owner(`/api/scenarios/${id}`, { method: 'PUT', body: { document: 'id: [' } })
    expect(changed.status).toBe(200)
    expect((await parley(['export', 'published'])).out).toContain('Good day')
  })
})
