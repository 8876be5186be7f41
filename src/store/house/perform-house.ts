import type { HouseEventId } from '../../domain/ids.ts'
import type { HeldRun } from '../../domain/scenario/engine/host.ts'
import type { Effect } from '../../domain/scenario/interpreter/effects.ts'
import type { Answer } from '../../domain/scenario/interpreter/stimulus.ts'
import { emitFrom } from '../scenarios/running/perform-emit.ts'
import { find } from '../scenarios/running/perform-find.ts'
import { startInEach } from '../scenarios/running/perform-flow.ts'
import { storeCall } from '../scenarios/running/perform-outside.ts'
import type { HousePlace } from './house-place.ts'

/**
 * Does what a run without a client asks for, in the transaction of the step.
 * @returns how it ended; null where the answer comes later, as news of its event
 */
export async function performInHouse(
  place: HousePlace,
  { held, effect, now, event }: { held: HeldRun; effect: Effect; now: number; event: HouseEventId | undefined },
): Promise<Answer | null> {
  switch (effect.do) {
    case 'find':
      return find(place.tx, effect)
    case 'start':
      return startInEach(place, held, effect)
    case 'emit':
      return emitFrom(place.tx, new Date(now), held, effect, { conversation: null, task: null, contact: null })
    case 'http': {
      const call = await storeCall(place, held, effect, { conversation: null, houseEvent: event ?? place.event })
      return 'ok' in call ? call : null
    }
    case 'call':
    case 'cancel':
      throw new Error(`“${effect.do}” is the engine's`)
    // Publishing refuses these (src/domain/scenario/document/checks/effects.ts).
    default:
      return { ok: false, code: 'no_client', message: `“${effect.do}” needs a client, and there is none`, final: true }
  }
}
