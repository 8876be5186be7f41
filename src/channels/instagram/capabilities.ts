import type { Capabilities } from '../port.ts'

const MB = 1024 * 1024

/** A private reply to a comment is possible for so long after it (reference §11.2). */
export const PRIVATE_REPLY_MS = 7 * 24 * 3_600_000

/** What Instagram messaging can do, and its limits (reference §11.2). */
export const CAPABILITIES: Capabilities = {
  replyWindowHours: 24,
  personWindowHours: 7 * 24,
  templates: false,
  quotes: false,
  reactions: true,
  // What one comment of a person may hold: up to ten messages or so.
  maxTextLength: 10_000,
  maxTextBytes: 1000,
  maxCaptionLength: 0,
  captionKinds: [],
  filesByLink: true,
  media: [
    { kind: 'image', mimes: ['image/jpeg', 'image/png'], maxBytes: 8 * MB },
    {
      kind: 'video',
      mimes: ['video/mp4', 'video/ogg', 'video/x-msvideo', 'video/quicktime', 'video/webm'],
      maxBytes: 25 * MB,
    },
    {
      kind: 'audio',
      mimes: ['audio/aac', 'audio/mp4', 'audio/wav', 'audio/x-wav', 'audio/vnd.wave'],
      maxBytes: 25 * MB,
    },
    { kind: 'document', mimes: ['application/pdf'], maxBytes: 25 * MB },
  ],
  interactive: {
    text: 1000,
    textBytes: 1000,
    header: 0,
    footer: 0,
    buttons: { count: 13, id: 1000, title: 20 },
    list: null,
    link: null,
  },
  echoesDeliveryId: false,
  echoesSends: true,
  namesOnRequest: true,
  messagesPerSecond: 10,
  pair: { burst: 20, secondsPerMessage: 1 },
}
