import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One answer of a server that plays the provider. */
export type Answer = (
  request: { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer },
  response: ServerResponse,
) => void

export interface Body {
  bytes: Buffer
  contentType: string
}

/** Proof that a body is the provider's: the address that it called, and its headers. */
export interface Proof {
  url: URL
  headers: Headers
}

/** What the conformance suite has to know of a provider, to put its adapter through everything that all must stand. */
export interface ProviderCase {
  /** As `POST /api/channels` takes it, checked by the adapter's own form. @param origin of the server that plays the provider */
  account: (origin: string) => Record<string, unknown>
  /** Where not every account of the provider has templates: one that has. */
  withTemplates?: Record<string, unknown>
  /** Values in it that must never be seen in an outcome. */
  secrets: string[]
  /** Answers a login, for a provider that is signed in to before it is called; null: another call. */
  signIn?: (request: { method: string; url: string }) => Answer | null
  /** @param hook the address that is called, as the provider knows it */
  proof: (body: Body, key: string, hook?: string) => Proof
  /** false: the proof is a key that is shown, and says nothing about the body */
  provesBody: boolean
  /** Bodies as they come; `account` is the one they belong to. `failure`: a message that did not arrive, outside the window; null: the provider reports none. */
  inbound: {
    account: string
    /** where statuses name no account, or another */
    statusAccount?: string
    text: Body
    media: Body
    status: Body
    failure: Body | null
    unknown: Body
    /** by which the provider tries an address: it says nothing, and leaves nothing */
    trial?: Body
  }
  /** Several items in one body, the one at `bad` unreadable; null: a body has one item. */
  batch: { body: Body; bad: string; alive: number } | null
  send: {
    accepted: Answer
    id: string
    /** refused as it is, and no fault of the channel's; outside the window, where there is one: class `fix` */
    refused: Answer
    /** with `Retry-After: 17` */
    rateLimited: Answer
    /** the token or key is good no more */
    revoked: Answer
  }
  /** A file that was there once: what its id is, and what the provider answers. */
  gone: { mediaId: (origin: string) => string; answers: Answer[] }
  /** The same, still there: the last answer has the bytes `file`. */
  there: { mediaId: (origin: string) => string; answers: (origin: () => string) => Answer[] }
}

export const HOOK = 'https://parley.example/webhooks/0198f2a4-1111-7222-8333-444455556666'

export const jsonBody = (value: unknown): Body => ({
  bytes: Buffer.from(JSON.stringify(value)),
  contentType: 'application/json',
})
export const formBody = (fields: Record<string, string>): Body => ({
  bytes: Buffer.from(new URLSearchParams(fields).toString()),
  contentType: 'application/x-www-form-urlencoded',
})

/** A fixture, as its exact bytes. */
export const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/webhooks/${name}`, import.meta.url))
