import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GraphServer {
  url: string
  /** `GET /v24.0/123` … in their order, with the bearer token and the body */
  calls: { method: string; path: string; query: string; authorization: string | undefined; body: string }[]
  /** What the next calls are answered with; the default is an account in good order. */
  answer: (method: string, path: string) => { status: number; body: unknown }
  close(): Promise<void>
}

export const goodAccount = (method: string, path = '') => ({
  status: 200,
  body: path.endsWith('/message_templates')
    ? { data: [] }
    : method === 'GET'
      ? {
          id: '1',
          display_phone_number: '+1 555-078-3881',
          verified_name: 'Shop',
          quality_rating: 'GREEN',
          platform_type: 'CLOUD_API',
        }
      : { success: true },
})

export const graphError = (status: number, code: number) => ({
  status,
  body: { error: { message: 'as the provider words it', type: 'OAuthException', code, fbtrace_id: 'trace' } },
})

/** A server that answers as Meta's Graph API does where a channel is checked and subscribed. */
export async function startGraph(): Promise<GraphServer> {
  const calls: GraphServer['calls'] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { pathname: path, search: query } = new URL(request.url ?? '/', 'http://graph')
      const method = request.method ?? 'GET'
      calls.push({ method, path, query, authorization: request.headers.authorization, body })
      const answer = graph.answer(method, path)
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const graph: GraphServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer: goodAccount,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return graph
}
