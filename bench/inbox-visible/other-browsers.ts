/**
 * The other browsers of a team, without their screens: each follows the live updates as the app does, asks for a task
 * that an event names without bringing it, and for the counts at most once a second.
 *   node other-browsers.js <url> <token> <how many>
 */
import { request } from 'node:http'

const [, , url = '', token = '', count = '0'] = process.argv
const headers = { authorization: `Bearer ${token}` }
/** As the app has it (web/src/live/apply-live.ts). */
const COUNTS_MS = 1_000

let events = 0
let asked = 0

for (let n = 0; n < Number(count); n++) follow()
process.on('message', () => process.send?.({ events, asked }))
process.send?.({ ready: true })

function follow(): void {
  const call = request(`${url}/api/live`, { headers }, (response) => {
    let rest = ''
    let countsDue = false
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data === undefined) continue
        events++
        const event = JSON.parse(data) as { taskId?: string | null; task?: unknown; taskFollows?: boolean }
        if (event.taskId && event.task === undefined && !event.taskFollows) ask(`/api/tasks/${event.taskId}`)
        if (countsDue) continue
        countsDue = true
        setTimeout(() => {
          countsDue = false
          ask('/api/tasks/counts')
        }, COUNTS_MS)
      }
    })
  })
  call.on('error', (error) => {
    throw error
  })
  call.end()
}

function ask(path: string): void {
  asked++
  request(url + path, { headers }, (response) => response.resume()).end()
}
