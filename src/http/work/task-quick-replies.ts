import { createRoute, z } from '@hono/zod-openapi'
import type { AttachmentId, QuickReplyId, TaskId } from '../../domain/ids.ts'
import type { UploadedFile } from '../../store/comments/attachments.ts'
import { newId } from '../../store/new-id.ts'
import { type FilledQuickReply, fillForTask } from '../../store/quick-replies/fill-for-task.ts'
import { addCopies } from '../../store/quick-replies/quick-reply-files.ts'
import type { HttpDeps, Principal, Routes } from '../context.ts'
import { ApiError } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import { fileJson, QuickReplyFile } from '../quick-replies.ts'
import { answer, asId, newRoutes, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { discardFiles } from './discard-files.ts'

const Filled = z
  .object({
    text: z.string(),
    missing: z
      .array(z.string())
      .openapi({ description: 'Variables without a value: nothing stands in their place; look before you send' }),
    attachments: z.array(QuickReplyFile),
  })
  .openapi('FilledQuickReply')

const tags = ['Quick replies']
const path = '/tasks/{id}/quick-replies/{quickReplyId}'
const params = z.object({ id: z.string().max(200), quickReplyId: z.string().max(200) })

const look = createRoute({
  method: 'get',
  path,
  tags,
  summary: 'A quick reply as it would read in this task',
  request: { params },
  responses: { 200: answer('Text and files', Filled), ...refusals(401, 404) },
})
const insert = createRoute({
  method: 'post',
  path,
  tags,
  summary: 'The same, with its files as fresh uploads of yours for a comment to take; nothing is sent',
  request: { params },
  responses: { 201: answer('Text and files', Filled), ...refusals(401, 404, 409) },
})

/** Quick replies for the composer of a task (M16). Nothing here sends anything. */
export function taskQuickReplyRoutes(deps: HttpDeps): Routes {
  const fill = async (principal: Principal, of: z.output<typeof params>): Promise<FilledQuickReply> => {
    const task = asId<TaskId>(of.id, 'The task')
    return accept(
      await fillForTask(deps.database.db, principal, task, asId<QuickReplyId>(of.quickReplyId, 'The quick reply')),
    )
  }

  return newRoutes()
    .openapi(look, async (c) => {
      const { files, ...filled } = await fill(c.get('principal'), c.req.valid('param'))
      return c.json({ ...filled, attachments: files.map(fileJson) }, 200)
    })
    .openapi(insert, async (c) => {
      const principal = c.get('principal')
      // Bytes are copied before the transaction; those that no row came to stand for are removed again.
      const copied: AttachmentId[] = []
      let kept = false
      try {
        return await idempotent(
          c,
          deps,
          async (tx, filled: FilledQuickReply) => {
            await addCopies(tx, principal, filled.files)
            const body = { text: filled.text, missing: filled.missing, attachments: filled.files.map(fileJson) }
            return {
              status: 201,
              body,
              afterCommit: () => {
                kept = true
              },
            }
          },
          {
            prepare: async () => {
              const filled = await fill(principal, c.req.valid('param'))
              const copies: UploadedFile[] = []
              for (const file of filled.files) {
                const id = newId<AttachmentId>()
                copied.push(id)
                await copyBytes(deps, file.id, id)
                copies.push({ ...file, id })
              }
              return { ...filled, files: copies }
            },
          },
        )
      } catch (error) {
        // In an outage nobody can say whether the rows were written: then their bytes stay.
        if (!(error instanceof ApiError)) kept = true
        throw error
      } finally {
        if (!kept) await discardFiles(deps, copied)
      }
    })
}

async function copyBytes(deps: HttpDeps, from: AttachmentId, to: AttachmentId): Promise<void> {
  if (await deps.files.copy(from, to)) return
  deps.log.error({ attachmentId: from }, 'the bytes of a quick reply’s file are missing from the file store')
  throw new ApiError(409, 'file_missing', 'A file of this quick reply is not there (any more): look at it again', {
    attachmentId: from,
  })
}
