import pg from 'pg'
import { expect, it } from 'vitest'
import { createLog } from '../../src/log.ts'

/** What a log line holds, and what it never holds (P8). */

const CANARY = 'canary-secret'

function logged(level: string, write: (log: ReturnType<typeof createLog>) => void) {
  const lines: string[] = []
  write(createLog(level, 'server', { write: (line) => lines.push(line) }))
  return lines
}

it('is one line of JSON with its time, part and fields', () => {
  const [line = '', ...others] = logged('info', (log) => {
    log.info({ channelId: 'c', count: 2 }, 'it\nhappened')
    log.debug('too small to tell')
  })
  expect(others).toEqual([])
  expect(line.endsWith('\n') && line.indexOf('\n') === line.length - 1).toBe(true)
  expect(JSON.parse(line)).toMatchObject({ part: 'server', channelId: 'c', count: 2, msg: 'it\nhappened' })
  expect(JSON.parse(line).time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

it.each([
  'accessToken',
  'appSecret',
  'verifyToken',
  'apiKey',
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'text',
  'body',
  'caption',
  'phone',
  'recipient',
])('never writes %s, at the top or below', (key) => {
  const lines = logged('info', (log) => {
    log.info({ [key]: CANARY, kept: 1 }, 'top')
    log.info({ inner: { [key]: CANARY, kept: 1 } }, 'below')
    log.info({ outer: { inner: { [key]: CANARY, kept: 1 } } }, 'further below')
    log.child({ [key]: CANARY }).info('bound')
  })
  expect(lines).toHaveLength(4)
  expect(lines.filter((line) => line.includes(CANARY))).toEqual([])
  expect(lines.slice(0, 3).every((line) => line.includes('"kept":1'))).toBe(true)
})

it('keeps of an error of the database what holds no value', () => {
  const error = Object.assign(new pg.DatabaseError(`invalid input: "${CANARY}"`, 1, 'error'), {
    code: '22P02',
    detail: CANARY,
    constraint: 'users_email',
  })
  const cause = new Error('not stored', { cause: error })
  const lines = logged('info', (log) => {
    log.warn({ err: error }, 'failed')
    log.warn({ err: cause }, 'failed for a reason')
  })
  expect(lines.filter((line) => line.includes(CANARY))).toEqual([])
  expect(lines.map((line) => line.includes('22P02'))).toEqual([true, true])
})
