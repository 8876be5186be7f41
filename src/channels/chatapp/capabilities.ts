import type { Capabilities } from '../port.ts'

const MB = 1024 * 1024

/**
 * WhatsApp over ChatApp (reference §12). Of limits its paper says nothing: they are WhatsApp's. Slow on purpose, for
 * behind most lines stands the ordinary WhatsApp, which blocks numbers that write like a machine. Only the Business
 * Platform has a reply window, and ChatApp says so when it refuses; only it has templates, too.
 */
export const CAPABILITIES: Capabilities = {
  replyWindowHours: null,
  templates: true,
  quotes: false,
  reactions: false,
  maxTextLength: 4096,
  maxCaptionLength: 1024,
  captionKinds: ['image', 'video', 'document'],
  filesByLink: true,
  media: [
    { kind: 'image', mimes: ['image/jpeg', 'image/png'], maxBytes: 5 * MB },
    { kind: 'video', mimes: ['video/mp4', 'video/3gpp'], maxBytes: 16 * MB },
    { kind: 'audio', mimes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'], maxBytes: 16 * MB },
    { kind: 'document', mimes: ['*/*'], maxBytes: 50 * MB },
  ],
  interactive: null,
  echoesDeliveryId: false,
  echoesSends: true,
  messagesPerSecond: 1,
  pair: { burst: 5, secondsPerMessage: 2 },
}
