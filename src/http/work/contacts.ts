import { createRoute, z } from '@hono/zod-openapi'
import type { ContactId, MergeId } from '../../domain/ids.ts'
import { changeContact } from '../../store/contacts/change-contact.ts'
import { mergesInto } from '../../store/contacts/contact-merges.ts'
import { listTags } from '../../store/contacts/contact-tags.ts'
import { findContact, listContacts } from '../../store/contacts/contact-view.ts'
import { mergeContacts, unmergeContacts } from '../../store/contacts/merge-contacts.ts'
import { inTransaction } from '../../store/index.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import { requires } from '../permissions.ts'
import {
  afterId,
  answer,
  asId,
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
import { announce } from './announce.ts'
import { ChangedFields, Contact } from './shapes.ts'

const tags = ['Contacts']

const ContactChange = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  fields: ChangedFields.optional(),
  tags: z.array(z.string().trim().min(1).max(60)).max(100).optional(),
  optedOut: z.boolean().optional().openapi({ description: 'No marketing; their active tasks are told' }),
  consent: z.boolean().optional().openapi({ description: 'They agreed to marketing; `optedOut` stands above it' }),
})

const Merge = z
  .object({
    id: z.string().openapi({ description: 'For `POST /api/contacts/unmerge`' }),
    from: z.object({ id: z.string(), name: z.string(), phone: z.string().nullable() }),
    at: z.string().openapi({ format: 'date-time' }),
    by: z.object({ id: z.string(), name: z.string() }).nullable(),
  })
  .openapi('ContactMerge')
const OpenedContact = Contact.extend({
  merges: z
    .array(Merge)
    .openapi({ description: 'Contacts that this one took in, the newest first; each can be taken back' }),
}).openapi('OpenedContact')

const list = createRoute({
  method: 'get',
  path: '/contacts',
  tags,
  summary: 'Contacts, the newest first, without merged ones',
  request: {
    query: PageQuery.extend({
      q: z
        .string()
        .max(200)
        .optional()
        .openapi({ description: 'Part of a name, or of a phone number however written' }),
    }),
  },
  responses: { 200: answer('A page of contacts', pageOf(Contact)), ...refusals(400, 401) },
})
const tagList = createRoute({
  method: 'get',
  path: '/contacts/tags',
  tags,
  summary: 'Tags in use, the most used first: at most 50',
  request: { query: z.strictObject({ q: z.string().trim().max(60).default('') }) },
  responses: {
    200: answer(
      'The tags',
      z.object({ items: z.array(z.object({ name: z.string(), count: z.number().int() })), next: z.null() }),
    ),
    ...refusals(400, 401),
  },
})
const get = createRoute({
  method: 'get',
  path: '/contacts/{id}',
  tags,
  summary: 'A contact, with the merges that can be taken back; a merged one as it was, with `mergedInto`',
  request: { params: IdPath },
  responses: { 200: answer('The contact', OpenedContact), ...refusals(401, 404) },
})
const change = createRoute({
  method: 'patch',
  path: '/contacts/{id}',
  tags,
  request: { params: IdPath, ...jsonBody(ContactChange) },
  responses: { 200: answer('The contact', Contact), ...refusals(400, 401, 404, 409, 415) },
})
const merge = createRoute({
  method: 'post',
  path: '/contacts/merge',
  tags,
  middleware: requires('work.repair'),
  summary: 'Two contacts are one person; can be taken back',
  request: jsonBody(z.strictObject({ intoId: IdText, fromId: IdText })),
  responses: {
    200: answer('The contact that stands for both', z.object({ mergeId: z.string(), contact: Contact })),
    ...refusals(400, 401, 403, 404, 409, 415, 422),
  },
})
const unmerge = createRoute({
  method: 'post',
  path: '/contacts/unmerge',
  tags,
  middleware: requires('work.repair'),
  summary: 'Take a merge back',
  request: jsonBody(z.strictObject({ mergeId: IdText })),
  responses: {
    200: answer(
      'Both contacts',
      z.object({
        mergeId: z.string(),
        contact: Contact.openapi({ description: 'The contact that stands for itself again' }),
        into: Contact.openapi({ description: 'The contact that it was part of until now' }),
      }),
    ),
    ...refusals(400, 401, 403, 404, 409, 415),
  },
})

/** Clients (M8). Merging never re-routes a task. */
export function contactRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  return newRoutes()
    .openapi(list, async (c) => {
      const { q, limit, cursor } = c.req.valid('query')
      const after = afterId<ContactId>(cursor)
      const { contacts, next } = await listContacts(db, c.get('principal'), q, { after, limit })
      return c.json({ items: contacts, next: next === null ? null : encodeCursor(next) }, 200)
    })
    .openapi(tagList, async (c) => {
      const items = await listTags(db, c.get('principal'), c.req.valid('query').q)
      return c.json({ items, next: null }, 200)
    })
    .openapi(get, async (c) => {
      const id = asId<ContactId>(c.req.valid('param').id, 'The contact')
      const contact = await findContact(db, c.get('principal'), id)
      if (!contact) throw notFound('The contact')
      return c.json({ ...contact, merges: await mergesInto(db, c.get('principal'), id) }, 200)
    })
    .openapi(change, async (c) => {
      const id = asId<ContactId>(c.req.valid('param').id, 'The contact')
      const principal = c.get('principal')
      const { contact, conversation } = await inTransaction(db, async (tx) => {
        const changed = accept(await changeContact(tx, principal, id, c.req.valid('json')))
        return { ...changed, contact: await findContact(tx, principal, id) }
      })
      if (!contact) throw notFound('The contact')
      announce(deps, conversation)
      return c.json(contact, 200)
    })
    .openapi(merge, async (c) => {
      const { intoId, fromId } = c.req.valid('json')
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const merged = accept(await mergeContacts(tx, principal, intoId as ContactId, fromId as ContactId))
        const contact = await findContact(tx, principal, intoId as ContactId)
        if (!contact) throw notFound('The contact')
        const { merge: mergeId, conversation } = merged
        return { status: 200, body: { mergeId, contact }, afterCommit: () => announce(deps, conversation) }
      })
    })
    .openapi(unmerge, async (c) => {
      const mergeId = c.req.valid('json').mergeId as MergeId
      const principal = c.get('principal')
      return idempotent(c, deps, async (tx) => {
        const undone = accept(await unmergeContacts(tx, principal, mergeId))
        const contact = await findContact(tx, principal, undone.contact)
        const into = await findContact(tx, principal, undone.into)
        if (!contact || !into) throw notFound('The merge')
        return { status: 200, body: { mergeId, contact, into }, afterCommit: () => announce(deps, null) }
      })
    })
}
