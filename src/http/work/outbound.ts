import { createRoute, z } from '@hono/zod-openapi'
import type { AttachmentId, ChannelId, TaskTemplateId } from '../../domain/ids.ts'
import type { TemplateChoice } from '../../domain/template/template.ts'
import { queueMessage } from '../../store/outgoing/queue-message.ts'
import { writeFirst } from '../../store/outgoing/write-first.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { idempotent } from '../idempotency.ts'
import { answer, IdText, jsonBody, newRoutes, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { announce, sendRulesOf } from './announce.ts'
import { Template } from './shapes.ts'

const tags = ['Writing first']

const To = z.string().max(40).openapi({ description: 'A phone number with its country code', example: '+16505551234' })
const Name = z.string().trim().max(120).nullish()

const outbound = createRoute({
  method: 'post',
  path: '/outbound',
  tags,
  summary: 'Write to somebody by phone number, with a template; the task is there at once',
  request: jsonBody(
    z.strictObject({
      channelId: IdText,
      to: To,
      template: Template,
      taskTemplateId: IdText.nullish(),
      contactName: Name,
    }),
  ),
  responses: {
    201: answer(
      'The task, and the message that is on its way',
      z.object({ taskId: z.string(), conversationId: z.string(), commentId: z.string(), deliveryId: z.string() }),
    ),
    ...refusals(400, 401, 404, 409, 415, 422),
  },
})

const messages = createRoute({
  method: 'post',
  path: '/messages',
  tags,
  summary: 'Send a message without a task; the bulk rule decides whether it shows in one',
  request: jsonBody(
    z.strictObject({
      channelId: IdText,
      to: To,
      text: z.string().max(100_000).nullish(),
      template: Template.nullish(),
      attachmentIds: z.array(IdText).max(30).default([]),
      contactName: Name,
    }),
  ),
  responses: {
    202: answer(
      'It is on its way',
      z.object({
        deliveryId: z.string(),
        deliveryIds: z.array(z.string()).openapi({ description: 'A text and files may be several messages' }),
        conversationId: z.string(),
        commentId: z.string(),
      }),
    ),
    ...refusals(400, 401, 404, 409, 415, 422),
  },
})

/** Messages that begin in the house: written first by people (M14, M15), or ordered by other systems. */
export function outboundRoutes(deps: HttpDeps): Routes {
  return newRoutes()
    .openapi(outbound, async (c) => {
      const { channelId, to, template, taskTemplateId, contactName } = c.req.valid('json')
      return idempotent(c, deps, async (tx) => {
        const written = accept(
          await writeFirst(
            tx,
            c.get('principal'),
            {
              channelId: channelId as ChannelId,
              to,
              template: template as TemplateChoice,
              taskTemplateId: (taskTemplateId ?? null) as TaskTemplateId | null,
              contactName: contactName || null,
            },
            sendRulesOf,
          ),
        )
        const { task, conversation, comment, delivery } = written
        return {
          status: 201,
          body: { taskId: task, conversationId: conversation, commentId: comment, deliveryId: delivery },
          afterCommit: () => announce(deps, conversation),
        }
      })
    })
    .openapi(messages, async (c) => {
      const { channelId, to, text, template, attachmentIds, contactName } = c.req.valid('json')
      return idempotent(c, deps, async (tx) => {
        const queued = accept(
          await queueMessage(
            tx,
            c.get('principal'),
            {
              channelId: channelId as ChannelId,
              to,
              text: text ?? null,
              template: (template ?? null) as TemplateChoice | null,
              attachmentIds: attachmentIds as AttachmentId[],
              contactName: contactName || null,
            },
            sendRulesOf,
          ),
        )
        const { deliveryId, deliveryIds, conversation, comment } = queued
        return {
          status: 202,
          body: { deliveryId, deliveryIds, conversationId: conversation, commentId: comment },
          afterCommit: () => announce(deps, conversation),
        }
      })
    })
}
