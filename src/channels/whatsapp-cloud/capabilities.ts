import type { MediaKind } from '../../domain/message.ts'
import type { Capabilities } from '../port.ts'

const KB = 1024
const MB = 1024 * KB

export const CAPTION_KINDS: readonly MediaKind[] = ['image', 'video', 'document']

/** What the Cloud API can do, and its limits (reference §5.2, §6, §8). */
export const CAPABILITIES: Capabilities = {
  replyWindowHours: 24,
  templates: true,
  quotes: true,
  reactions: true,
  maxTextLength: 4096,
  maxCaptionLength: 1024,
  captionKinds: CAPTION_KINDS,
  media: [
    { kind: 'image', mimes: ['image/jpeg', 'image/png'], maxBytes: 5 * MB },
    { kind: 'video', mimes: ['video/mp4', 'video/3gpp'], maxBytes: 16 * MB },
    { kind: 'voice', mimes: ['audio/ogg'], maxBytes: 16 * MB },
    {
      kind: 'audio',
      mimes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
      maxBytes: 16 * MB,
    },
    // 500 KB is for animated ones; a still one over 100 KB is refused by Meta itself.
    { kind: 'sticker', mimes: ['image/webp'], maxBytes: 500 * KB },
    {
      kind: 'document',
      mimes: [
        'text/plain',
        'application/pdf',
        'application/msword',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'application/vnd.ms-excel',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'application/vnd.ms-powerpoint',
        'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      ],
      maxBytes: 100 * MB,
    },
  ],
  interactive: {
    text: 1024,
    header: 60,
    footer: 60,
    buttons: { count: 3, id: 256, title: 20 },
    list: { text: 4096, button: 20, sections: 10, rows: 10, section: 24, id: 200, title: 24, description: 72 },
    link: { title: 20, url: 2000 },
  },
  echoesDeliveryId: true,
  messagesPerSecond: 80,
  pair: { burst: 45, secondsPerMessage: 6 },
}
