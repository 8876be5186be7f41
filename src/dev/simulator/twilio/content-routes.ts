import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { accountOf } from './access.ts'
import { TwilioRefusal } from './refusal.ts'
import { newSid, type TwilioContent } from './state.ts'
import { approvalOf, seedContents, type Twilio } from './twilio.ts'

const newContent = z.object({
  friendly_name: z.string().optional(),
  language: z.string().min(2),
  variables: z.record(z.string(), z.string()).default({}),
  types: z.record(z.string(), z.record(z.string(), z.unknown())),
})
const question = z.object({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  category: z.enum(['UTILITY', 'MARKETING', 'AUTHENTICATION']),
})

/** Twilio's Content API, as far as templates and messages with buttons need it. */
export function twilioContentRoutes(twilio: Twilio): Hono {
  const app = new Hono()
  const { state, now } = twilio
  const contentsOf = (accountSid: string) =>
    [...state.contents.values()].filter((content) => content.accountSid === accountSid && !content.deleted)

  app.get('/v1/ContentAndApprovals', async (c) => {
    const accountSid = await accountWithContents(twilio, c)
    return paged(c, contentsOf(accountSid), (content) => ({
      ...wireContent(content),
      approval_requests: approvalOf(twilio, content),
    }))
  })
  app.get('/v2/Content', async (c) => {
    const name = c.req.query('ContentName')
    const all = contentsOf(await accountWithContents(twilio, c))
    return paged(
      c,
      all.filter(({ friendlyName }) => name === undefined || friendlyName === name),
      wireContent,
    )
  })
  app.post('/v1/Content', async (c) => {
    const accountSid = await accountWithContents(twilio, c)
    const given = await bodyOf(c, newContent)
    const content: TwilioContent = {
      sid: newSid('HX'),
      accountSid,
      friendlyName: given.friendly_name ?? '',
      language: given.language,
      variables: given.variables,
      types: given.types,
      approval: null,
      at: now(),
      deleted: false,
    }
    state.record({ t: 'content', content })
    return c.json(wireContent(content), 201)
  })
  app.post('/v1/Content/:sid/ApprovalRequests/whatsapp', async (c) => {
    const content = await contentOf(twilio, c)
    const { name, category } = await bodyOf(c, question)
    if (content.approval !== null) throw new TwilioRefusal(400, 20001, 'The content was submitted already')
    const asked: TwilioContent = { ...content, approval: { name, category, askedAt: now() } }
    state.record({ t: 'content', content: asked })
    return c.json({ ...approvalOf(twilio, asked), status: 'received' }, 201)
  })
  app.delete('/v1/Content/:sid', async (c) => {
    const content = await contentOf(twilio, c)
    state.record({ t: 'content', content: { ...content, deleted: true } })
    return c.body(null, 204)
  })
  return app
}

async function accountWithContents(twilio: Twilio, c: Context): Promise<string> {
  const accountSid = await accountOf(twilio, c)
  seedContents(twilio, accountSid)
  return accountSid
}

async function contentOf(twilio: Twilio, c: Context): Promise<TwilioContent> {
  const accountSid = await accountOf(twilio, c)
  const content = twilio.state.contents.get(c.req.param('sid') ?? '')
  if (!content || content.deleted || content.accountSid !== accountSid) {
    throw new TwilioRefusal(404, 20404, `The requested resource ${c.req.path} was not found`)
  }
  return content
}

async function bodyOf<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => null))
  if (!parsed.success) throw new TwilioRefusal(400, 20001, parsed.error.issues[0]?.message ?? 'Bad request')
  return parsed.data
}

const wireContent = ({ sid, accountSid, friendlyName, language, variables, types, at }: TwilioContent) => ({
  sid,
  account_sid: accountSid,
  friendly_name: friendlyName,
  language,
  variables,
  types,
  date_created: new Date(at).toISOString(),
  date_updated: new Date(at).toISOString(),
})

function paged(c: Context, all: TwilioContent[], wire: (content: TwilioContent) => Record<string, unknown>) {
  const size = Math.min(Math.max(Number(c.req.query('PageSize')) || 50, 1), 500)
  const page = Math.max(Number(c.req.query('Page')) || 0, 0)
  const next = new URL(c.req.url)
  next.searchParams.set('Page', String(page + 1))
  return c.json({
    contents: all.slice(page * size, (page + 1) * size).map(wire),
    meta: {
      key: 'contents',
      page,
      page_size: size,
      next_page_url: all.length > (page + 1) * size ? next.toString() : null,
    },
  })
}
