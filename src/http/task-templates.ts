import { createRoute, z } from '@hono/zod-openapi'
import type { TaskTemplateId } from '../domain/ids.ts'
import { DEFAULT_STATUSES } from '../domain/task.ts'
import { auditActor } from '../store/actor.ts'
import { inTransaction } from '../store/index.ts'
import {
  changeTaskTemplate,
  createTaskTemplate,
  deleteTaskTemplate,
  findTaskTemplate,
  listTaskTemplates,
  type TaskTemplateRow,
} from '../store/settings/task-templates.ts'
import type { HttpDeps, Routes } from './context.ts'
import { ApiError, notFound } from './errors.ts'
import { demandPeople, People } from './groups.ts'
import { idempotent } from './idempotency.ts'
import { requires } from './permissions.ts'
import {
  afterId,
  answer,
  asId,
  givenKeys,
  IdPath,
  jsonBody,
  newRoutes,
  PageQuery,
  pageById,
  pageOf,
  refusals,
} from './routes.ts'

const Status = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be lower-case letters, digits and _'),
  name: z.string().trim().min(1).max(100),
  active: z.boolean(),
})
const Statuses = z
  .array(Status)
  .min(1)
  .max(50)
  .refine((set) => new Set(set.map((status) => status.key)).size === set.length, 'has a key twice')
  .refine((set) => set.some((status) => status.active), 'needs an active status, for new tasks')
  .refine((set) => set.some((status) => !status.active), 'needs an inactive status, for closed tasks')

const TaskTemplate = z
  .object({
    id: z.string(),
    name: z.string(),
    titlePattern: z.string(),
    assigneeIds: z.array(z.string()),
    extraAssigneeIds: z.array(z.string()),
    statuses: z.array(Status),
    fields: z.record(z.string(), z.unknown()),
    createdAt: z.string(),
  })
  .openapi('TaskTemplate')

const view = (row: TaskTemplateRow) => ({
  id: row.id as string,
  name: row.name,
  titlePattern: row.title_pattern,
  assigneeIds: row.assignee_ids as string[],
  extraAssigneeIds: row.extra_assignee_ids as string[],
  statuses: row.statuses,
  fields: row.fields,
  createdAt: row.created_at.toISOString(),
})

const Name = z.string().trim().min(1).max(200)
const TitlePattern = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .openapi({ description: '`{contact}`, `{phone}` and `{channel}` are replaced' })
const Fields = z.record(z.string().max(100), z.unknown())
const tags = ['Task templates']

/** What new tasks are made from: title, people, statuses. */
export function taskTemplateRoutes(deps: HttpDeps): Routes {
  const { db } = deps.database

  const list = createRoute({
    method: 'get',
    path: '/task-templates',
    tags,
    request: { query: PageQuery },
    responses: { 200: answer('A page of task templates', pageOf(TaskTemplate)), ...refusals(400, 401) },
  })
  const get = createRoute({
    method: 'get',
    path: '/task-templates/{id}',
    tags,
    request: { params: IdPath },
    responses: { 200: answer('The task template', TaskTemplate), ...refusals(401, 404) },
  })
  const create = createRoute({
    method: 'post',
    path: '/task-templates',
    tags,
    middleware: requires('task_templates.manage'),
    request: jsonBody(
      z.strictObject({
        name: Name,
        titlePattern: TitlePattern.default('{contact}'),
        assigneeIds: People.default([]),
        extraAssigneeIds: People.default([]),
        statuses: Statuses.default([...DEFAULT_STATUSES]),
        fields: Fields.default({}),
      }),
    ),
    responses: { 201: answer('The task template', TaskTemplate), ...refusals(400, 401, 403, 422) },
  })
  const change = createRoute({
    method: 'patch',
    path: '/task-templates/{id}',
    tags,
    middleware: requires('task_templates.manage'),
    request: {
      params: IdPath,
      ...jsonBody(
        z.strictObject({
          name: Name.optional(),
          titlePattern: TitlePattern.optional(),
          assigneeIds: People.optional(),
          extraAssigneeIds: People.optional(),
          statuses: Statuses.optional(),
          fields: Fields.optional(),
        }),
      ),
    },
    responses: { 200: answer('The task template', TaskTemplate), ...refusals(400, 401, 403, 404, 422) },
  })
  const remove = createRoute({
    method: 'delete',
    path: '/task-templates/{id}',
    tags,
    middleware: requires('task_templates.manage'),
    request: { params: IdPath },
    responses: { 204: { description: 'Deleted' }, ...refusals(401, 403, 404, 409) },
  })

  return newRoutes()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const rows = await listTaskTemplates(db, { after: afterId<TaskTemplateId>(cursor), limit })
      return c.json(pageById(rows, limit, view), 200)
    })
    .openapi(get, async (c) => {
      const row = await findTaskTemplate(db, asId(c.req.valid('param').id, 'This task template'))
      if (!row) throw notFound('This task template')
      return c.json(view(row), 200)
    })
    .openapi(create, (c) =>
      idempotent(c, deps, async (tx) => {
        const template = c.req.valid('json')
        await demandPeople(tx, [...template.assigneeIds, ...template.extraAssigneeIds])
        return { status: 201, body: view(await createTaskTemplate(tx, template, auditActor(c.get('principal')))) }
      }),
    )
    .openapi(change, async (c) => {
      const changes = givenKeys(c.req.valid('json'))
      const id = asId<TaskTemplateId>(c.req.valid('param').id, 'This task template')
      const row = await inTransaction(db, async (tx) => {
        await demandPeople(tx, [...(changes.assigneeIds ?? []), ...(changes.extraAssigneeIds ?? [])])
        return changeTaskTemplate(tx, id, changes, auditActor(c.get('principal')))
      })
      if (!row) throw notFound('This task template')
      return c.json(view(row), 200)
    })
    .openapi(remove, async (c) => {
      const id = asId<TaskTemplateId>(c.req.valid('param').id, 'This task template')
      const outcome = await inTransaction(db, (tx) => deleteTaskTemplate(tx, id, auditActor(c.get('principal'))))
      if (outcome === 'unknown') throw notFound('This task template')
      if (outcome === 'in_use') {
        throw new ApiError(
          409,
          'in_use',
          'A channel opens its tasks from this template: give the channel another one first',
        )
      }
      return c.body(null, 204)
    })
}
