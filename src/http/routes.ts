import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { ZodError } from 'zod'
import type { Language, Words } from '../domain/words.ts'
import type { HttpEnv, Routes } from './context.ts'
import { ApiError } from './errors.ts'
import { fieldWords, UNKNOWN_KEY } from './field-words.ts'

/**
 * A router whose refusals have the contract's form, alone as well as under `createApp`.
 * Routes are made with `createRoute` and strict schemas (`z.strictObject`), so that a misspelt key is named, not ignored.
 */
export function newRoutes(): Routes {
  return new OpenAPIHono<HttpEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error, result.target)
    },
  })
}

/**
 * 400 with one entry per field, in the reader's language once it is known (`inLanguage`), until then in English. Says what
 * is wrong, never what was sent: it could be a secret.
 */
export class InvalidRequest extends ApiError {
  readonly #faults: readonly { in: string; path: string; words: Words }[]

  constructor(error: ZodError, target: string) {
    const faults = error.issues.flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys')
        return [{ in: target, path: issue.path.join('.'), words: fieldWords(issue) }]
      return issue.keys.map((key) => ({ in: target, path: [...issue.path, key].join('.'), words: UNKNOWN_KEY }))
    })
    const { message, details } = told(faults, 'en')
    super(400, 'invalid_request', message, details)
    this.#faults = faults
  }

  inLanguage(language: Language): Pick<ApiError, 'message' | 'details'> {
    return told(this.#faults, language)
  }
}

function told(faults: readonly { in: string; path: string; words: Words }[], language: Language) {
  const details = faults.map(({ words, ...where }) => ({ ...where, message: words[language] }))
  const first = details[0]
  return { message: first ? `${first.path || first.in}: ${first.message}` : WRONG_FORM[language], details }
}

const WRONG_FORM: Words = { en: 'the request has the wrong form', ru: 'запрос имеет не тот вид' }

export const invalidRequest = (error: ZodError, target: string): InvalidRequest => new InvalidRequest(error, target)

export const ErrorAnswer = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'not_found' }),
      message: z.string().openapi({ description: 'for a person' }),
      details: z.unknown().optional(),
    }),
  })
  .openapi('Error')

const DESCRIPTIONS = {
  400: 'The request has the wrong form',
  401: 'Nobody is signed in',
  403: 'The role or the channel access does not allow it',
  404: 'There is no such thing, or it may not be seen',
  409: 'It conflicts with what is there',
  413: 'The body is too large',
  415: 'The body has another content type than the route takes',
  422: 'It is understood, and cannot be done',
  429: 'Too many requests, or attempts to sign in',
  503: 'A part of the installation is away; ask again',
} as const

/** The refusals of a route, for its documentation. Whoever has to be signed in may also be told to ask less often. */
export function refusals(...given: (keyof typeof DESCRIPTIONS)[]) {
  const statuses = new Set(given.includes(401) ? [...given, 429 as const] : given)
  const entries = [...statuses].map((status) => [
    status,
    { description: DESCRIPTIONS[status], ...content(ErrorAnswer) },
  ])
  // Kept out of the type on purpose: refusals are thrown, so a handler's own answers are what the compiler checks.
  return Object.fromEntries(entries) as Record<never, never>
}

const content = <Schema extends z.ZodType>(schema: Schema) => ({ content: { 'application/json': { schema } } })

/** An answer of a route. */
export const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  ...content(schema),
})

/** A JSON body that must be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, ...content(schema) },
})

/** `{ id }` of a path. Ids are opaque: any text is a fair question, and the answer may be 404. */
export const IdPath = z.object({ id: z.string().max(200) })

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
})

/** `{ items, next }` */
export const pageOf = <Schema extends z.ZodType>(item: Schema) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** An id that came from outside; what is none of ours is "not found" before it gets to the database. */
export function asId<Id extends string>(text: string, what: string): Id {
  if (!UUID.test(text)) throw new ApiError(404, 'not_found', `${what} was not found`)
  return text.toLowerCase() as Id
}

/** An id inside a body. */
export const IdText = z.string().regex(UUID, 'is no id').toLowerCase()

/** A position in a list, opaque to the caller. */
export const encodeCursor = (...parts: (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/** @throws ApiError 400 `cursor_invalid` where the cursor is none that `shape` allows */
export function decodeCursor<Shape extends z.ZodType>(
  cursor: string | undefined,
  shape: Shape,
): z.output<Shape> | null {
  if (cursor === undefined) return null
  const parsed = shape.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')))
  if (!parsed.success) throw new ApiError(400, 'cursor_invalid', 'The cursor is none that this list gave out')
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One page of a list that is ordered by id: `rows` holds one more than the page, if there is more. */
export function pageById<Row extends { id: string }, Item>(rows: Row[], limit: number, item: (row: Row) => Item) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(item), next: rows.length > limit && last ? encodeCursor(last.id) : null }
}

/** The id that the next page of such a list starts after. */
export function afterId<Id extends string>(cursor: string | undefined): Id | null {
  const decoded = decodeCursor(cursor, z.tuple([z.string().regex(UUID)]))
  return decoded ? (decoded[0] as Id) : null
}

/** The keys of a PATCH body that were given. Zod types absent keys as possibly undefined; the verbs take them as absent. */
export function givenKeys<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
}
