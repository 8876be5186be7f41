import type { IdentityKind, IdentityValue } from '../../domain/conversation-event.ts'
import type { JsonObject } from './json.ts'

/**
 * An item that cannot be read: thrown by the readers, caught once per item, so that its neighbours live (item-list.ts).
 * No `Error`, for a stack trace would make a body of a million bad items cost seconds.
 */
export class MalformedItem {
  readonly detail: string

  /** @param detail in words of ours: it is stored and shown, and must not quote what a client wrote */
  constructor(detail: string) {
    this.detail = detail
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Own properties only: a body cannot reach `constructor` or `__proto__`. */
export function at(from: unknown, key: string): unknown {
  return isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined
}

export function objectAt(from: unknown, key: string): JsonObject | null {
  const value = at(from, key)
  return isObject(value) ? value : null
}

/** The objects of a list; what is no object is left out. */
export function objectsAt(from: unknown, key: string): JsonObject[] {
  const value = at(from, key)
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** Text, or a number written as text (ids and times arrive as either); null when absent or empty. */
export function textAt(from: unknown, key: string): string | null {
  const value = at(from, key)
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
}

/** A number, or text that is one; null otherwise. */
export function numberAt(from: unknown, key: string): number | null {
  const text = textAt(from, key)
  const number = Number(text ?? Number.NaN)
  return Number.isFinite(number) ? number : null
}

/** Real ids have at most about 150 characters. Longer ones would not fit a database index, and would come back for days. */
const MAX_ID_LENGTH = 512

/** An id: text of a bounded length. */
export function idAt(from: unknown, key: string): string | null {
  const id = textAt(from, key)
  return id !== null && id.length <= MAX_ID_LENGTH ? id : null
}

export function requiredId(from: unknown, key: string): string {
  const id = idAt(from, key)
  if (id === null) throw new MalformedItem(`no usable ${key}`)
  return id
}

/** Seconds since 1970, as text or number (reference §2.1) → Date; null when there is no such time before the year 5000. */
export function timeAt(from: unknown, key: string): Date | null {
  const text = textAt(from, key)
  if (text === null || !/^\d{1,11}(\.\d+)?$/.test(text)) return null
  return new Date(Math.floor(Number(text) * 1000))
}

export function requiredTime(from: unknown, key: string): Date {
  const time = timeAt(from, key)
  if (time === null) throw new MalformedItem(`no usable ${key}`)
  return time
}

/** A copy without absent values: what ends up in a comment's `data`. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))
}

/** Appends a name of a person unless it is absent or already there. */
export function addIdentity(identities: IdentityValue[], kind: IdentityKind, value: string | null): void {
  if (value === null || identities.some((known) => known.kind === kind && known.value === value)) return
  identities.push({ kind, value })
}
