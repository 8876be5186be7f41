import { queryOptions } from '@tanstack/react-query'
import { attachmentKind, type SendableMedia } from '../../../src/domain/attachment-kind.ts'
import { request } from '../api/request.ts'

/** What the server takes as a file of a comment. */
export const FILE_LIMITS = { bytes: 100 * 1024 * 1024, files: 30 }

/** What a channel takes (`GET /api/channels/:id/send-limits`). */
export interface SendLimits {
  maxTextLength: number
  templates: boolean
  /** does a client see which message is answered? */
  quotes: boolean
  reactions: boolean
  buttons: boolean
  media: SendableMedia[]
}

export const sendLimitsQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['send-limits', channelId] as const,
    queryFn: ({ signal }) =>
      request<SendLimits>('GET', `/api/channels/${encodeURIComponent(channelId)}/send-limits`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

/** Why a channel does not take a file; `bytes`: what it takes of this type. */
export type FileProblem = { why: 'type' } | { why: 'size'; bytes: number }

/**
 * Said beforehand, what the gate would refuse. Without limits nothing is refused here: the server decides.
 * @param file `mime` '': the browser does not know it
 */
export function fileProblem(
  limits: Pick<SendLimits, 'media'> | undefined,
  file: { mime: string; size: number },
): FileProblem | null {
  if (!limits || file.mime === '' || attachmentKind(file, limits.media) !== null) return null
  const sizes = limits.media.filter((rule) => attachmentKind({ ...file, size: 0 }, [rule]) !== null)
  return sizes.length === 0
    ? { why: 'type' }
    : { why: 'size', bytes: Math.max(...sizes.map(({ maxBytes }) => maxBytes)) }
}

const FEATURES = ['quotes', 'reactions', 'buttons', 'templates'] as const
export type ChannelFeature = (typeof FEATURES)[number]

/** What a channel does not have, and others do. */
export const missingFeatures = (limits: Pick<SendLimits, ChannelFeature>): ChannelFeature[] =>
  FEATURES.filter((feature) => !limits[feature])

/** One limit for each kind of file, for people; stickers and voice messages are never chosen for somebody. */
export const shownLimits = ({ media }: Pick<SendLimits, 'media'>): SendableMedia[] =>
  media.filter(({ kind }) => kind !== 'sticker' && kind !== 'voice')
