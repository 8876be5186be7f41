import { createRoute, z } from '@hono/zod-openapi'
import type { AttachmentId, QuickReplyId, TaskId } from '../domain/ids.ts'
import { checkQuickReply, QUICK_REPLY_VARIABLES } from '../domain/quick-reply.ts'
import type { UploadedFile } from '../store/comments/attachments.ts'
import { inTransaction } from '../store/index.ts'
import {
  changeQuickReply,
  createQuickReply,
  deleteQuickReply,
  type MayKeep,
} from '../store/quick-replies/change-quick-reply.ts'
import { fillText } from '../store/quick-replies/fill-for-task.ts'
import {
  findQuickReply,
  listFolders,
  listQuickReplies,
  type QuickReplyView,
} from '../store/quick-replies/quick-reply-view.ts'
import type { HttpDeps, Principal, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { idempotent } from './idempotency.ts'
import { may } from './permissions.ts'
import {
  answer,
  asId,
  decodeCursor,
  encodeCursor,
  givenKeys,
  IdPath,
  IdText,
  jsonBody,
  newRoutes,
  PageQuery,
  pageOf,
  refusals,
} from './routes.ts'
import { accept } from './work/accept.ts'
import { discardFiles } from './work/discard-files.ts'

/** Longest text of a quick reply before it is filled. */
const MAX_TEXT = 10_000
/** As many as a comment takes. */
const MAX_FILES = 30

export const QuickReplyFile = z
  .object({ id: z.string(), name: z.string(), mime: z.string(), size: z.number().int(), url: z.string() })
  .openapi('QuickReplyFile')

const QuickReply = z
  .object({
    id: z.string(),
    title: z.string(),
    shortcut: z.string().nullable(),
    folder: z.string().nullable(),
    text: z.string(),
    attachmentIds: z.array(z.string()),
    attachments: z.array(QuickReplyFile),
    shared: z.boolean().openapi({ description: "Everybody's; else only its owner sees it" }),
    createdAt: z.string().openapi({ format: 'date-time' }),
    updatedAt: z.string().openapi({ format: 'date-time' }),
  })
  .openapi('QuickReply')

export const fileJson = ({ id, name, mime, size }: Omit<UploadedFile, 'sha256'>) => ({
  id: id as string,
  name,
  mime,
  size,
  url: `/api/attachments/${id}/content`,
})

const view = ({ files, createdAt, updatedAt, ...quickReply }: QuickReplyView) => ({
  ...quickReply,
  attachmentIds: files.map(({ id }) => id as string),
  attachments: files.map(fileJson),
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})

const Title = z.string().trim().min(1).max(200)
const Shortcut = z
  .string()
  .trim()
  .normalize('NFC')
  .toLowerCase()
  .regex(/^[\p{L}\p{M}\p{N}_-]{1,50}$/u, 'must be 1 to 50 letters, digits, _ and -')
  .openapi({ description: 'What is typed after `/`; one of each owner, in any case', example: 'delivery' })
const Folder = z.string().trim().min(1).max(100)
const Text = z
  .string()
  .max(MAX_TEXT)
  .openapi({
    description: `Variables: ${QUICK_REPLY_VARIABLES.join(', ')}; with a fallback \`{{contact.firstName | there}}\``,
  })
const Files = z
  .array(IdText)
  .max(MAX_FILES)
  .openapi({ description: 'Your own uploads; from then on they belong to the quick reply' })
const Shared = z.boolean().openapi({ description: 'For everybody (authors and above); else for yourself' })
const tags = ['Quick replies']

const list = createRoute({
  method: 'get',
  path: '/quick-replies',
  tags,
  summary: 'Shared quick replies and your own, by title',
  request: {
    query: PageQuery.extend({
      // A place in this list names a title.
      cursor: z.string().max(2_000).optional(),
      q: z.string().max(200).optional().openapi({ description: 'Part of title, shortcut or text' }),
      folder: z.string().max(100).optional(),
    }),
  },
  responses: { 200: answer('A page of quick replies', pageOf(QuickReply)), ...refusals(400, 401) },
})
const folders = createRoute({
  method: 'get',
  path: '/quick-replies/folders',
  tags,
  summary: 'The folders in use, by name',
  responses: {
    200: answer(
      'The folders',
      z.object({ items: z.array(z.object({ name: z.string(), count: z.number().int() })), next: z.null() }),
    ),
    ...refusals(401),
  },
})
const get = createRoute({
  method: 'get',
  path: '/quick-replies/{id}',
  tags,
  request: { params: IdPath },
  responses: { 200: answer('The quick reply', QuickReply), ...refusals(401, 404) },
})
const create = createRoute({
  method: 'post',
  path: '/quick-replies',
  tags,
  request: jsonBody(
    z.strictObject({
      title: Title,
      shortcut: Shortcut.nullish(),
      folder: Folder.nullish(),
      text: Text.default(''),
      attachmentIds: Files.default([]),
      shared: Shared.default(false),
    }),
  ),
  responses: { 201: answer('The quick reply', QuickReply), ...refusals(400, 401, 403, 409, 415, 422) },
})
const change = createRoute({
  method: 'patch',
  path: '/quick-replies/{id}',
  tags,
  request: {
    params: IdPath,
    ...jsonBody(
      z.strictObject({
        title: Title.optional(),
        shortcut: Shortcut.nullable().optional(),
        folder: Folder.nullable().optional(),
        text: Text.optional(),
        attachmentIds: Files.optional(),
        shared: Shared.optional(),
      }),
    ),
  },
  responses: { 200: answer('The quick reply', QuickReply), ...refusals(400, 401, 403, 404, 409, 415, 422) },
})
const remove = createRoute({
  method: 'delete',
  path: '/quick-replies/{id}',
  tags,
  request: { params: IdPath },
  responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404) },
})

const Problem = z.object({
  code: z.string(),
  message: z.string(),
  variable: z.string(),
  position: z.number().int(),
  line: z.number().int(),
  column: z.number().int(),
})
const preview = createRoute({
  method: 'post',
  path: '/quick-replies/preview',
  tags,
  summary: 'A text that is being written: what is wrong with it, and how it would read in a task; nothing is kept',
  request: jsonBody(z.strictObject({ text: Text, taskId: IdText.optional() })),
  responses: {
    200: answer(
      'The text, or its problems',
      z.object({
        problems: z.array(Problem),
        filled: z
          .object({ text: z.string(), missing: z.array(z.string()) })
          .nullable()
          .openapi({ description: 'null without a task, and while there are problems' }),
      }),
    ),
    ...refusals(400, 401, 404),
  },
})
const variables = createRoute({
  method: 'get',
  path: '/quick-replies/variables',
  tags,
  summary: 'Every variable that there is; `…` stands for the name of a field',
  responses: {
    200: answer('The variables', z.object({ items: z.array(z.string()), next: z.null() })),
    ...refusals(401),
  },
})

const WHAT = 'The quick reply'
const Place = z.tuple([z.string(), IdText])

/** Prepared answers (M16): kept here, filled by `taskQuickReplyRoutes`, sent by nobody but the person who inserts them. */
export function quickReplyRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database
  const forget = (files: readonly AttachmentId[]) => discardFiles(deps, files)

  return newRoutes()
    .openapi(list, async (c) => {
      const { q, folder, limit, cursor } = c.req.valid('query')
      const [title, id] = decodeCursor(cursor, Place) ?? []
      const after = title === undefined || id === undefined ? null : { title, id: id as QuickReplyId }
      const page = await listQuickReplies(db, c.get('principal'), { q, folder }, { after, limit })
      const next = page.next && encodeCursor(page.next.title, page.next.id)
      return c.json({ items: page.quickReplies.map(view), next }, 200)
    })
    .openapi(folders, async (c) => c.json({ items: await listFolders(db, c.get('principal')), next: null }, 200))
    .openapi(variables, async (c) => c.json({ items: [...QUICK_REPLY_VARIABLES], next: null }, 200))
    .openapi(preview, async (c) => {
      const { text, taskId } = c.req.valid('json')
      const problems = checkQuickReply(text)
      const filled =
        taskId === undefined || problems.length > 0
          ? null
          : accept(await fillText(db, c.get('principal'), taskId as TaskId, text))
      return c.json({ problems, filled }, 200)
    })
    .openapi(get, async (c) => {
      const id = asId<QuickReplyId>(c.req.valid('param').id, WHAT)
      const quickReply = await findQuickReply(db, c.get('principal'), id)
      if (!quickReply) throw notFound(WHAT)
      return c.json(view(quickReply), 200)
    })
    .openapi(create, (c) => {
      const { shortcut = null, folder = null, attachmentIds, ...values } = c.req.valid('json')
      demandKnownVariables(values.text)
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const wanted = { ...values, shortcut, folder, attachmentIds: attachmentIds as AttachmentId[] }
        const made = accept(await createQuickReply(tx, principal, wanted, mayKeep(principal)))
        return { status: 201, body: view(made) }
      })
    })
    .openapi(change, async (c) => {
      const id = asId<QuickReplyId>(c.req.valid('param').id, WHAT)
      const { attachmentIds, ...changes } = givenKeys(c.req.valid('json'))
      demandKnownVariables(changes.text ?? '')
      const principal = c.get('principal')
      const wanted = { ...changes, ...(attachmentIds && { attachmentIds: attachmentIds as AttachmentId[] }) }
      const { quickReply, dropped } = await inTransaction(db, async (tx) =>
        accept(await changeQuickReply(tx, principal, id, wanted, mayKeep(principal))),
      )
      await forget(dropped)
      return c.json(view(quickReply), 200)
    })
    .openapi(remove, async (c) => {
      const id = asId<QuickReplyId>(c.req.valid('param').id, WHAT)
      const principal = c.get('principal')
      const dropped = await inTransaction(db, async (tx) =>
        accept(await deleteQuickReply(tx, principal, id, mayKeep(principal))),
      )
      await forget(dropped)
      return c.body(null, 204)
    })
}

const mayKeep =
  (principal: Principal): MayKeep =>
  ({ shared }) => {
    if (!shared || may(principal, 'quick_replies.manage')) return
    throw new ApiError(403, 'forbidden', 'Shared quick replies need the role author or a higher one')
  }

/** @throws ApiError 400 `unknown_variable` naming each place; what is saved can be filled */
function demandKnownVariables(text: string): void {
  const problems = checkQuickReply(text)
  const [first] = problems
  if (!first) return
  const details = problems.map((problem) => ({ in: 'json', path: 'text', ...problem }))
  throw new ApiError(400, first.code, `text, line ${first.line}: ${first.message}`, details)
}
