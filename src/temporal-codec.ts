import type { DataConverter, PayloadCodec } from '@temporalio/common'
import { openPayload, sealPayload } from './store/payload-seal.ts'
import type { SecretBox } from './store/secret-box.ts'

/**
 * What clients and workers write into Temporal's histories, and read from them: sealed where that is switched on. What
 * is sealed is opened in any case, and what is not stays readable: so it may be switched on and off while conversations
 * are open (docs/decisions/0050).
 */
export function temporalDataConverter(box: SecretBox, { encryption }: { encryption: boolean }): DataConverter {
  const codec: PayloadCodec = {
    encode: async (payloads) => (encryption ? payloads.map((one) => sealPayload(box, one)) : payloads),
    decode: async (payloads) => payloads.map((one) => openPayload(box, one)),
  }
  return { payloadCodecs: [codec] }
}
