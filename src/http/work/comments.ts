import { createRoute, z } from '@hono/zod-openapi'
import type { AttachmentId, CommentId, QuickReplyId, TaskId, UserId } from '../../domain/ids.ts'
import type { TemplateChoice } from '../../domain/template/template.ts'
import { addComment } from '../../store/comments/add-comment.ts'
import {
  type CommentView,
  type DeliveryPart,
  FEED_PARTS,
  listComments,
  loadComment,
} from '../../store/comments/comment-view.ts'
import { firstUnread } from '../../store/comments/first-unread.ts'
import { listRevisions } from '../../store/comments/revisions.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  IdPath,
  IdText,
  jsonBody,
  newRoutes,
  PageQuery,
  pageOf,
  refusals,
} from '../routes.ts'
import { accept } from './accept.ts'
import { announce, sendRulesOf } from './announce.ts'
import { errorWords, type Language, languageOf } from './error-words.ts'
import { Comment, Template } from './shapes.ts'

const tags = ['Comments']

/** Longest text of a comment that stays inside; what leaves has the provider's limit. */
const MAX_TEXT = 100_000
/** Files of one comment. */
const MAX_FILES = 30

const NewComment = z.strictObject({
  text: z.string().max(MAX_TEXT).nullish(),
  attachmentIds: z.array(IdText).max(MAX_FILES).default([]),
  template: Template.nullish().openapi({ description: 'Instead of a text and files: what can leave at any time' }),
  notify: z
    .strictObject({ contact: z.boolean().default(false), employeeIds: z.array(IdText).max(100).default([]) })
    .default({ contact: false, employeeIds: [] })
    .openapi({ description: 'Without `contact: true` nothing leaves the house' }),
  holdSeconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(0)
    .openapi({ description: 'How long it can be taken back before it leaves; only with `notify.contact: true`' }),
  replyTo: IdText.nullish().openapi({ description: 'Another comment of the same task' }),
  quickReplyId: IdText.nullish().openapi({ description: 'The quick reply that the text came from' }),
})

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/comments',
  tags,
  summary: "A task's feed",
  request: {
    params: IdPath,
    query: PageQuery.extend({
      order: z
        .enum(['oldest', 'newest'])
        .default('oldest')
        .openapi({ description: 'Which entries come first; `newest` pages back from the end' }),
      from: IdText.optional().openapi({ description: 'The entry that the page begins with, in either order' }),
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'In place of `from`: the page begins with the first entry since then' }),
      show: z
        .enum(FEED_PARTS)
        .optional()
        .openapi({ description: 'Only what goes to and comes from the client, what stays inside, or what happened' }),
    }),
  },
  responses: {
    200: answer(
      'A page of the feed',
      pageOf(Comment).extend({
        firstUnreadId: z
          .string()
          .nullable()
          .openapi({ description: "The client's first message that you have not read; it may be on another page" }),
      }),
    ),
    ...refusals(400, 401, 404),
  },
})
const revisions = createRoute({
  method: 'get',
  path: '/comments/{id}/revisions',
  tags,
  summary: 'What an edited comment said before, the oldest first; of a deleted one nothing',
  request: { params: IdPath },
  responses: {
    200: answer(
      'The earlier wordings',
      z.object({
        items: z.array(
          z
            .object({
              text: z.string().nullable(),
              replacedAt: z
                .string()
                .openapi({ format: 'date-time', description: 'Until when it read so, as we heard of it' }),
            })
            .openapi('Revision'),
        ),
        next: z.null(),
      }),
    ),
    ...refusals(401, 404),
  },
})
const add = createRoute({
  method: 'post',
  path: '/tasks/{id}/comments',
  tags,
  summary: 'Write a comment; it reaches the client only with `notify.contact: true`',
  request: { params: IdPath, ...jsonBody(NewComment) },
  responses: { 201: answer('The comment', Comment), ...refusals(400, 401, 404, 409, 413, 415, 422) },
})

/** A task's feed: what the client and people wrote (M10–M12, P6). */
export function commentRoutes(deps: HttpDeps): Routes {
  return newRoutes()
    .openapi(list, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const { limit, cursor, order, from, since, show = null } = c.req.valid('query')
      const after = decodeCursor(cursor, z.tuple([z.number()]))?.[0] ?? null
      const begin = (from as CommentId | undefined) ?? (since === undefined ? null : new Date(since))
      const wanted = { after, limit, order, from: begin, show }
      const page = await listComments(deps.database.db, c.get('principal'), id, wanted)
      if (!page) throw notFound(from === undefined ? 'The task' : 'The task, or this entry in it,')
      const items = page.comments.map((comment) => commentJson(comment, languageOf(c)))
      const firstUnreadId = await firstUnread(deps.database.db, c.get('principal'), id)
      return c.json({ items, next: page.next === null ? null : encodeCursor(page.next), firstUnreadId }, 200)
    })
    .openapi(revisions, async (c) => {
      const id = asId<CommentId>(c.req.valid('param').id, 'The comment')
      const found = await listRevisions(deps.database.db, c.get('principal'), id)
      if (!found) throw notFound('The comment')
      const items = found.map(({ text, replacedAt }) => ({ text, replacedAt: replacedAt.toISOString() }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(add, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const { text, attachmentIds, template, notify, replyTo, holdSeconds, quickReplyId } = c.req.valid('json')
      return idempotent(c, deps, async (tx) => {
        const { comment, conversation } = accept(
          await addComment(
            tx,
            c.get('principal'),
            id,
            {
              text: text ?? null,
              attachmentIds: attachmentIds as AttachmentId[],
              template: (template ?? null) as TemplateChoice | null,
              notifyContact: notify.contact,
              notifyEmployees: notify.employeeIds as UserId[],
              replyTo: (replyTo ?? null) as CommentId | null,
              quickReply: (quickReplyId ?? null) as QuickReplyId | null,
              holdMs: holdSeconds * 1000,
            },
            sendRulesOf,
          ),
        )
        return {
          status: 201,
          body: commentJson(await loadComment(tx, comment), languageOf(c)),
          afterCommit: () => announce(deps, conversation),
        }
      })
    })
}

function commentJson(comment: CommentView, language: Language) {
  return {
    ...comment,
    attachments: comment.attachments.map(({ errorCode, ...file }) => ({
      ...file,
      url: `/api/attachments/${file.id}/content`,
      error: errorWords(errorCode, null, language),
    })),
    deliveries: comment.deliveries.map((part) => partJson(part, language)),
    delivery: comment.delivery && partJson(comment.delivery, language),
  }
}

function partJson({ errorCode, errorDetail, ...part }: DeliveryPart, language: Language) {
  return { ...part, error: errorWords(errorCode, errorDetail, language) }
}
