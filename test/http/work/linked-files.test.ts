import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AttachmentId } from '../../../src/domain/ids.ts'
import { createApp } from '../../../src/http/app.ts'
import { linkedFileRoutes } from '../../../src/http/work/linked-files.ts'
import { fileLink, LINK_LIVES_MS, readFileLink } from '../../../src/store/file-links.ts'
import { newId } from '../../../src/store/new-id.ts'
import { secretBox } from '../../../src/store/secret-box.ts'
import { type Desk, openDesk, PNG } from './desk.ts'

let desk: Desk
let app: ReturnType<typeof createApp>
let file: { id: AttachmentId; name: string }
beforeAll(async () => {
  desk = await openDesk()
  app = createApp(desk.deps, [{ mount: (all) => all.route('/', linkedFileRoutes(desk.deps)) }])
  const anna = await desk.addWorker()
  file = (await desk.upload(anna, PNG, 'цена №1.png')).json
})
afterAll(() => desk.close())

const BASE = 'https://parley.example'
const linkAt = (now: number, of = file) => fileLink(desk.deps.secrets, BASE, of, now)
const open = (link: string, headers = {}) => app.request(link.slice(BASE.length), { headers })

it('gives the file to whoever has the link, and to nobody else', async () => {
  const response = await open(linkAt(Date.now()))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('image/png')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(Buffer.from(await response.arrayBuffer()).equals(PNG)).toBe(true)
  expect((await app.request(`/api/attachments/${file.id}/content`)).status).toBe(401)
})

it('lives an hour', async () => {
  expect((await open(linkAt(Date.now() - LINK_LIVES_MS + 60_000))).status).toBe(200)
  expect((await open(linkAt(Date.now() - LINK_LIVES_MS - 1))).status).toBe(404)
})

it('does not say the id, and cannot be changed or made up', async () => {
  const link = linkAt(Date.now())
  expect(link).not.toContain(file.id)
  const [token = ''] = link.slice(`${BASE}/files/`.length).split('/')
  for (let at = 0; at < token.length; at += 7) {
    const other = token[at] === 'A' ? 'B' : 'A'
    const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`
    expect((await open(`${BASE}/files/${changed}/x.png`)).status).toBe(404)
  }
  for (const made of ['x', 'A'.repeat(5_000), '..%2f..%2fetc', '%00']) {
    expect((await open(`${BASE}/files/${made}/x.png`)).status).toBe(404)
  }
  const elsewhere = secretBox(['b'.repeat(64)])
  expect((await open(fileLink(elsewhere, BASE, file, Date.now()))).status).toBe(404)
})

it('takes nothing else that was sealed with the same key for a link', () => {
  const { secrets } = desk.deps
  const until = Date.now() + 60_000
  for (const other of [{ accessToken: 'x' }, ['something else', file.id, until], [file.id, until], 'file link', null]) {
    expect(readFileLink(secrets, secrets.seal(other).toString('base64url'), Date.now())).toBeNull()
  }
})

it('knows no file that is not here', async () => {
  expect((await open(linkAt(Date.now(), { id: newId<AttachmentId>(), name: 'gone.png' }))).status).toBe(404)
})

it('gives parts, for those who fetch films', async () => {
  const response = await open(linkAt(Date.now()), { range: 'bytes=1-3' })
  expect([response.status, Buffer.from(await response.arrayBuffer()).toString()]).toEqual([206, 'PNG'])
})
