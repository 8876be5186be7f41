import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import type { UserId } from '../../src/domain/ids.ts'
import { personsReply } from '../../src/domain/persons-reply.ts'

const root = resolve(import.meta.dirname, '../..')
const sources = ['src', 'activities', 'workflows'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
)
const using = (pattern: RegExp) => sources.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8'))).sort()

it('is made for what an employee types into a task, and for nothing else', () => {
  expect(using(/personsReply\(/)).toEqual(['src/store/comments/add-comment.ts'])
  // Nor does anybody pretend to have one.
  expect(using(/as PersonsReply\b/)).toEqual(['src/domain/persons-reply.ts'])
})

it('is known to nothing that belongs to scenarios or campaigns', () => {
  const known = using(/PersonsReply|personsReply/)
  expect(known.filter((file) => /scenario|campaign/.test(file))).toEqual([])
  expect(known).toContain('src/store/deliveries/gate.ts')
})

it('wants an employee, and no scenario behind them', () => {
  const user = '018f0000-0000-7000-8000-000000000000' as UserId
  expect(personsReply({ userId: user })).toEqual({ user })
  expect(personsReply({ userId: null })).toBeNull()
  expect(personsReply({ userId: user, scenario: { id: 'x' } })).toBeNull()
})
