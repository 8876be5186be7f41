import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SLOW, slowFirst } from './slow-first.ts'

const root = join(import.meta.dirname, '../..')

it('names what there is, each once', () => {
  expect(SLOW.filter((path) => !existsSync(join(root, path)))).toEqual([])
  expect(new Set(SLOW).size).toBe(SLOW.length)
})

it('puts what takes long first, and leaves the others in their order', () => {
  const room = SLOW.find((path) => !path.endsWith('.ts')) ?? ''
  const [file = ''] = SLOW
  const files = [
    'test/z.test.ts',
    'test/a.test.ts',
    `${room}/b.test.ts`,
    `${room}-not/m.test.ts`,
    `${room}/a.test.ts`,
    file,
  ]
  expect(slowFirst(files, (path) => path)).toEqual([
    file,
    `${room}/b.test.ts`,
    `${room}/a.test.ts`,
    'test/z.test.ts',
    'test/a.test.ts',
    `${room}-not/m.test.ts`,
  ])
})
