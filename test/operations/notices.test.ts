import { expect, it } from 'vitest'
import { openApi } from '../http/api.ts'

it('readyz says what somebody should look at, without calling the server unready for it', async () => {
  const api = await openApi()
  const heartbeat = await api.ask('/readyz')
  expect(heartbeat.json).not.toHaveProperty('notices')
  api.deps.notices = () => ['the database is of an earlier moment than Temporal: see `parley repair`']
  const noticed = await api.ask('/readyz')
  expect(noticed.status).toBe(heartbeat.status)
  expect(noticed.json.notices).toEqual([expect.stringContaining('earlier moment')])
  await api.close()
})
