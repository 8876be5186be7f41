import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uploadQuota } from '../../../src/http/work/upload-quota.ts'
import { type Desk, openDesk, type Worker } from './desk.ts'

const MB = 1024 * 1024

describe('files have reached the size that is allowed', () => {
  let desk: Desk
  let anna: Worker
  beforeAll(async () => {
    desk = await openDesk({ environment: { PARLEY_FILES_LIMIT_GB: String(1 / 1024) } })
    anna = await desk.addWorker()
  })
  afterAll(() => desk.close())
  const upload = async (bytes: number, name: string) => {
    const { status, json } = await desk.upload(anna, Buffer.alloc(bytes, name), `${name}.txt`)
    return status === 201 ? status : `${status} ${json.error.code}`
  }
  const stored = async () =>
    (await readdir(desk.filesDirectory, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).length

  it('what does not fit is refused and leaves nothing behind; what fits is taken; when room is made all goes on', async () => {
    expect(await upload(MB / 2, 'half')).toBe(201)
    expect(await upload((3 * MB) / 4, 'more')).toBe('503 storage_full')
    expect(await upload(MB / 4, 'quarter')).toBe(201)
    expect(await upload(MB / 4, 'exactly')).toBe(201)
    expect(await upload(1, 'one byte')).toBe('503 storage_full')
    expect(await stored()).toBe(3)
    // Notes without files are none of its business.
    const at = await desk.openTask()
    expect((await anna.ask(`/api/tasks/${at.task}/comments`, { body: { text: 'still possible' } })).status).toBe(201)
  })
})

describe('the quota', () => {
  it('asks once for many uploads, counts what it took, and asks again after a failure', async () => {
    const answers = [new Error('the database is away'), 40]
    let asked = 0
    const quota = uploadQuota(100, async () => {
      const answer = answers[Math.min(asked++, 1)]
      if (answer instanceof Error) throw answer
      return answer ?? 0
    })
    await expect(quota.room()).rejects.toThrow('away')
    expect(await Promise.all([quota.room(), quota.room()])).toEqual([60, 60])
    quota.took(59)
    expect(await quota.room()).toBe(1)
    quota.took(1)
    await expect(quota.room()).rejects.toMatchObject({ status: 503, code: 'storage_full' })
    expect(asked).toBe(2)
  })

  it('is none where nobody set one', async () => {
    const quota = uploadQuota(null, async () => {
      throw new Error('nobody needs it')
    })
    expect(await quota.room()).toBe(Number.POSITIVE_INFINITY)
  })
})
