import { expect, it } from 'vitest'
import { byteBudget, NoRoom } from '../../src/http/byte-budget.ts'
import { readLimited } from '../../src/http/read-limited.ts'

const post = (bytes: number) => new Request('http://x.test', { method: 'POST', body: new Uint8Array(bytes) })

it('bodies share it: what comes while there is no room is refused, and fits once others are done', async () => {
  const budget = byteBudget(1_000)
  const [first, second] = [budget.hold(), budget.hold()]
  expect((await readLimited(post(700), 5_000, { held: first }))?.byteLength).toBe(700)
  await expect(readLimited(post(400), 5_000, { held: second })).rejects.toBeInstanceOf(NoRoom)
  second.release()
  expect((await readLimited(post(300), 5_000, { held: second }))?.byteLength).toBe(300)
  first.release()
  first.release()
  second.release()
  expect((await readLimited(post(1_000), 5_000, { held: budget.hold() }))?.byteLength).toBe(1_000)
})

it('a body that is refused gives back what it had taken', async () => {
  const budget = byteBudget(1_000)
  const held = budget.hold()
  await expect(readLimited(post(1_001), 5_000, { held })).rejects.toBeInstanceOf(NoRoom)
  held.release()
  expect(budget.hold().add(1_000)).toBe(true)
})
