import { createHash } from 'node:crypto'
import type { AccountDirectory } from './accounts.ts'
import type { RateLimit } from './rate-limits.ts'
import type { Courier } from './webhooks/courier.ts'
import { canonicalWaId } from './wire/phone-number.ts'
import type { Client, WabaRecord } from './world/entries.ts'
import type { World } from './world/world.ts'

/** What every part of the simulator works with. */
export interface Simulation {
  world: World
  accounts: AccountDirectory
  courier: Courier
  throughput: RateLimit
  pairs: RateLimit
  /** Chat → until when the business is typing; not kept over a restart. */
  typing: Map<string, number>
  /** Milliseconds. */
  now: () => number
  log: (message: string, fields?: Record<string, unknown>) => void
  /** Aborted by stop(): held sockets and streams let go. */
  closing: AbortSignal
}

/** A business number as the outside sees it; unknown numbers get made-up but steady facts. */
export interface BusinessNumber {
  phoneNumberId: string
  wabaId: string
  /** Digits only, as in webhooks. */
  displayPhone: string
  name: string
}

export async function businessNumber(
  sim: Pick<Simulation, 'accounts' | 'world'>,
  phoneNumberId: string,
): Promise<BusinessNumber> {
  const account = await sim.accounts.byPhone(phoneNumberId)
  if (account) {
    return {
      phoneNumberId,
      wabaId: account.wabaId,
      displayPhone: account.displayPhone.replace(/\D/g, ''),
      name: account.name,
    }
  }
  const digits = createHash('sha256').update(phoneNumberId).digest().readUIntBE(0, 6).toString().padStart(15, '0')
  const token = sim.world.numbers.get(phoneNumberId)?.token ?? null
  return {
    phoneNumberId,
    wabaId: wabaOfToken(sim.world, token)?.id ?? `8${digits.slice(0, 14)}`,
    displayPhone: `1555${digits.slice(-7)}`,
    name: 'Unnamed business',
  }
}

/** An unknown number belongs to the unknown business account that is used with the same token. */
function wabaOfToken(world: World, token: string | null): WabaRecord | null {
  if (token === null) return null
  return [...world.wabas.values()].find((waba) => waba.token === token) ?? null
}

/** @returns the client's key: the canonical wa_id of however the number was written. */
export const clientKey = (phone: string): string => canonicalWaId(phone.replace(/\D/g, ''))

export function clientOf(world: World, key: string): Client {
  return (
    world.clients.get(key) ?? {
      key,
      name: '',
      userId: null,
      username: null,
      withoutPhone: false,
      blocked: false,
      optedOut: false,
      onWhatsApp: true,
    }
  )
}
