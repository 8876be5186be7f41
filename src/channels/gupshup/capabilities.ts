import type { MediaKind } from '../../domain/message.ts'
import type { Capabilities } from '../port.ts'
import { CAPABILITIES as WHATSAPP } from '../whatsapp-cloud/capabilities.ts'

const { interactive: INTERACTIVE } = WHATSAPP

export const CAPTION_KINDS: readonly MediaKind[] = ['image', 'video']

/**
 * What is sent through Gupshup's older API (reference §12): it knows no links below a text, and no footer below a list.
 * Gupshup itself takes twenty messages a second.
 */
export const CAPABILITIES: Capabilities = {
  ...WHATSAPP,
  captionKinds: CAPTION_KINDS,
  filesByLink: true,
  interactive: INTERACTIVE && {
    ...INTERACTIVE,
    list: INTERACTIVE.list && { ...INTERACTIVE.list, footer: 0 },
    link: null,
  },
  echoesDeliveryId: false,
  messagesPerSecond: 20,
}
