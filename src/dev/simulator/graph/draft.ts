import type { PressableButton, RenderedTemplate } from '../world/entries.ts'
import { GraphError } from './errors.ts'
import { type Json, optionalString } from './fields.ts'

/** A message body that passed Meta's checks. */
export interface Draft {
  kind: string
  text: string | null
  body: Json
  media: { id: string } | { link: string } | null
  fileName: string | null
  template: RenderedTemplate | null
  buttons: PressableButton[]
  reaction: { target: string; emoji: string } | null
}

export const MEDIA_TYPES = ['image', 'video', 'audio', 'document', 'sticker'] as const
export type MediaType = (typeof MEDIA_TYPES)[number]

export const emptyDraft = (kind: string): Draft => ({
  kind,
  text: null,
  body: {},
  media: null,
  fileName: null,
  template: null,
  buttons: [],
  reaction: null,
})

/** Exactly one of id and link. @throws GraphError 100 */
export function mediaSource(media: Json, path: string): { id: string } | { link: string } {
  const id = optionalString(media, 'id', 64, `${path}['id']`)
  const link = optionalString(media, 'link', 2048, `${path}['link']`)
  if ((id === null) === (link === null)) {
    throw new GraphError(100, `Param ${path} must have exactly one of the keys id and link.`)
  }
  if (link !== null && !/^https?:\/\//i.test(link)) {
    throw new GraphError(131009, `Param ${path}['link'] is not a valid URL.`)
  }
  return id === null ? { link: String(link) } : { id }
}
