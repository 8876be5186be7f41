import { createRoute, z } from '@hono/zod-openapi'
import type { ScenarioId, TaskId } from '../../domain/ids.ts'
import type { Json } from '../../domain/scenario/expressions/scope.ts'
import { type ButtonView, listButtons, pressButton } from '../../store/scenarios/buttons.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { idempotent } from '../idempotency.ts'
import { answer, asId, IdText, jsonBody, newRoutes, refusals } from '../routes.ts'
import { accept } from './accept.ts'
import { announce, sendRulesOf } from './announce.ts'
import { languageOf } from './error-words.ts'

const tags = ['Buttons']

const Button = z
  .object({
    scenarioId: z.string(),
    label: z.string(),
    enabled: z.boolean(),
    reason: z.string().nullable().openapi({ description: 'why it is disabled' }),
    condition: z.any().openapi({ description: 'its condition, each part with how it came out' }),
    confirm: z.boolean().openapi({ description: 'ask before it is pressed' }),
    reachesClient: z.boolean().openapi({ description: 'it may write to the client: name client and channel first' }),
    inputs: z.array(z.record(z.string(), z.any())),
    look: z
      .object({ colour: z.string().optional(), icon: z.string().optional(), position: z.number().int().optional() })
      .nullable()
      .openapi({ description: 'how it stands in the task; the words are in schema.json' }),
  })
  .openapi('Button')

const TaskPath = z.object({ id: z.string().max(200) })
const ButtonPath = z.object({ id: z.string().max(200), scenarioId: z.string().max(200) })

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/buttons',
  tags,
  summary: 'What can be pressed in a task; disabled buttons, too, with the reason',
  request: { params: TaskPath },
  responses: {
    200: answer('The buttons', z.object({ items: z.array(Button), next: z.null() })),
    ...refusals(401, 404),
  },
})
const press = createRoute({
  method: 'post',
  path: '/tasks/{id}/buttons/{scenarioId}',
  tags,
  summary: 'Press a button',
  request: {
    params: ButtonPath,
    ...jsonBody(z.strictObject({ inputs: z.record(z.string().max(64), z.any()).default({}) })),
  },
  responses: { 202: answer('It runs', z.object({ runId: IdText })), ...refusals(400, 401, 404, 409, 415, 422) },
})

/** Operations that an employee starts from a task (M22). */
export function buttonRoutes(deps: HttpDeps): Routes {
  const { database } = deps
  return newRoutes()
    .openapi(list, async (c) => {
      const id = asId<TaskId>(c.req.valid('param').id, 'The task')
      const buttons = await listButtons(database, c.get('principal'), id, sendRulesOf, languageOf(c))
      if (!buttons) throw notFound('The task')
      return c.json({ items: buttons.map(json), next: null }, 200)
    })
    .openapi(press, async (c) => {
      const path = c.req.valid('param')
      const task = asId<TaskId>(path.id, 'The task')
      const scenario = asId<ScenarioId>(path.scenarioId, 'The button')
      const inputs = c.req.valid('json').inputs as { [name: string]: Json }
      return idempotent(c, deps, async (tx) => {
        const order = { task, scenario, inputs }
        const pressed = accept(await pressButton(database, tx, c.get('principal'), order, sendRulesOf, languageOf(c)))
        return {
          status: 202,
          body: { runId: pressed.run },
          afterCommit: () => announce(deps, pressed.conversation),
        }
      })
    })
}

const json = ({ inputs, look, ...button }: ButtonView) => ({
  ...button,
  look: look && { ...look },
  inputs: inputs.map((input) => ({ ...input })),
})
