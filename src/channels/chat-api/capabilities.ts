import type { Capabilities } from '../port.ts'

const MB = 1024 * 1024

/**
 * What every bridge is taken for: lengths that the common messengers have (Telegram, VK, Viber, MAX: 4096 of a text,
 * 1024 of a caption), any file of up to 50 MB, and no reply window. A bridge that can do less refuses a message with 422.
 */
export const CAPABILITIES: Capabilities = {
  replyWindowHours: null,
  templates: false,
  quotes: true,
  reactions: true,
  maxTextLength: 4096,
  maxCaptionLength: 1024,
  captionKinds: ['image', 'video', 'audio', 'document'],
  filesByLink: true,
  media: [
    { kind: 'image', mimes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'], maxBytes: 50 * MB },
    { kind: 'video', mimes: ['video/*'], maxBytes: 50 * MB },
    { kind: 'audio', mimes: ['audio/*'], maxBytes: 50 * MB },
    { kind: 'document', mimes: ['*/*'], maxBytes: 50 * MB },
  ],
  interactive: {
    text: 4096,
    header: 0,
    footer: 0,
    buttons: { count: 10, id: 64, title: 60 },
    list: null,
    link: { title: 60, url: 2000 },
  },
  echoesDeliveryId: false,
  repeatsSafely: true,
  messagesPerSecond: 20,
  pair: { burst: 20, secondsPerMessage: 1 },
}
