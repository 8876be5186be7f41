import { z } from 'zod'
import {
  chatEvent,
  chatEvents,
  flatMessage,
  outgoingAnswer,
  outgoingCall,
  outgoingRefusal,
} from '../channels/chat-api/wire.ts'

const schemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'input') => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
const jsonOf = (schema: object) => ({ 'application/json': { schema } })
const described = (description: string) => ({ description })

const SIGNED = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
  name,
  in: 'header',
  required: false,
  schema: { type: 'string' },
}))

/** What bridges of the Chat API post, as a path of the API document (docs/channels/chat-api.md). */
export const chatApiPaths = () => ({
  '/webhooks/{channelId}': {
    post: {
      tags: ['Chat API'],
      summary: 'What happened in a messenger, told by a bridge (channels of the provider chat-api)',
      description:
        'With the secret of the channel: as a bearer, or signed as Standard Webhooks has it. 200 means stored; what is posted twice is stored once.',
      security: [{ channelSecret: [] }],
      parameters: [{ name: 'channelId', in: 'path', required: true, schema: { type: 'string' } }, ...SIGNED],
      requestBody: {
        required: true,
        content: {
          ...jsonOf({ anyOf: [schemaOf(chatEvents), schemaOf(chatEvent), schemaOf(flatMessage)] }),
          'application/x-www-form-urlencoded': { schema: schemaOf(flatMessage) },
        },
      },
      responses: {
        200: described('Stored'),
        401: described('Neither the secret nor a right signature'),
        404: described('There is no such channel'),
        413: described('More than 3 MB'),
        503: described('Not stored: post it again'),
      },
    },
  },
})

/** What Parley posts to a bridge. */
export const chatApiWebhooks = () => ({
  chatApiMessage: {
    post: {
      tags: ['Chat API'],
      summary: 'A message to a client, posted to the address of the bridge',
      description:
        'Signed as Standard Webhooks has it. `deliveryId` is a key of idempotence: a call that comes again with it is to send nothing, and to be answered the same.',
      parameters: SIGNED.map((header) => ({ ...header, required: true })),
      requestBody: { required: true, content: jsonOf(schemaOf(outgoingCall)) },
      responses: {
        200: { description: 'The messenger has it', content: jsonOf(schemaOf(outgoingAnswer)) },
        '4XX': { description: 'It has not left', content: jsonOf(schemaOf(outgoingRefusal)) },
        '5XX': described('Nobody can say: it is posted again, with the same deliveryId'),
      },
    },
  },
})
