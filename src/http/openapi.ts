import { chatApiPaths, chatApiWebhooks } from './chat-api-document.ts'
import type { Routes } from './context.ts'

/** The API as OpenAPI 3.1, of every route that is mounted; and what bridges of the Chat API say and are told. */
export function openapiDocument(app: Routes, publicUrl: string) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description:
        'Conversations with clients in messengers. Times are ISO 8601 in UTC, ids are opaque. Lists are `{ items, next }`; pass `next` as `?cursor=`. Errors are `{ error: { code, message, details } }`. A POST that creates, sends or presses takes an `Idempotency-Key`: repeated with the same key and body, it has its effect once.',
    },
    servers: [{ url: publicUrl }],
    security: [{ token: [] }, { session: [] }],
  })
  document.components = {
    ...document.components,
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'An API token' },
      channelSecret: { type: 'http', scheme: 'bearer', description: 'The secret of a channel of the Chat API' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: publicUrl.startsWith('https:') ? '__Host-parley' : 'parley',
        description: 'The session of the browser app',
      },
    },
  }
  return {
    ...document,
    paths: { ...document.paths, ...chatApiPaths() },
    webhooks: { ...document.webhooks, ...chatApiWebhooks() },
  }
}
