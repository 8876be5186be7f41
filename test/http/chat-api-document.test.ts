import { expect, it } from 'vitest'
import { openapiDocument } from '../../src/http/openapi.ts'
import { newRoutes } from '../../src/http/routes.ts'

// Through JSON: nothing in it is a class or a function.
const document = JSON.parse(JSON.stringify(openapiDocument(newRoutes(), 'https://parley.example')))

it('says what bridges of the Chat API post, with every kind of event and the flat form', () => {
  const { requestBody, security } = document.paths['/webhooks/{channelId}'].post
  expect(security).toEqual([{ channelSecret: [] }])
  const [{ properties }, event, flat] = requestBody.content['application/json'].schema.anyOf
  expect(properties.events.items.oneOf).toEqual(event.oneOf)
  const kinds = event.oneOf.map(({ properties: { type } }: { properties: { type: { const: string } } }) => type.const)
  expect(kinds).toEqual(['message', 'edited', 'deleted', 'reaction', 'status'])
  expect(event.oneOf[0].required).toEqual(['type', 'id', 'chat', 'at'])
  expect(flat.required).toEqual(['chatId'])
  expect(requestBody.content['application/x-www-form-urlencoded'].schema).toEqual(flat)
})

it('says what Parley posts to a bridge, and what it wants to hear', () => {
  const { requestBody, responses } = document.webhooks.chatApiMessage.post
  expect(requestBody.content['application/json'].schema.required).toEqual([
    'deliveryId',
    'chat',
    'contact',
    'replyTo',
    'message',
  ])
  expect(responses[200].content['application/json'].schema.required).toEqual(['messageId'])
})
