import type { ClientProfile, IdentityValue } from '../../domain/conversation-event.ts'
import { addIdentity, idAt, MalformedItem, objectAt, objectsAt, textAt } from '../wire/fields.ts'
import type { JsonObject } from '../wire/json.ts'

/** The keys under which a kind of item names the client (reference §2.4). */
export interface NameKeys {
  waId: string
  bsuid: string
  parentBsuid: string
}

export const SENDER: NameKeys = { waId: 'from', bsuid: 'from_user_id', parentBsuid: 'from_parent_user_id' }
/** Echoes are written by the business: the client is the addressee. */
export const ADDRESSEE: NameKeys = { waId: 'to', bsuid: 'to_user_id', parentBsuid: 'to_parent_user_id' }
export const CONTACT: NameKeys = { waId: 'wa_id', bsuid: 'user_id', parentBsuid: 'parent_user_id' }
export const RECIPIENT: NameKeys = {
  waId: 'recipient_id',
  bsuid: 'recipient_user_id',
  parentBsuid: 'recipient_parent_user_id',
}

/** Every name that one object gives its person, the provider's number first. */
export function namesOf(from: unknown, keys: NameKeys): IdentityValue[] {
  const names: IdentityValue[] = []
  addIdentity(names, 'wa_id', idAt(from, keys.waId))
  addIdentity(names, 'bsuid', idAt(from, keys.bsuid))
  addIdentity(names, 'parent_bsuid', idAt(from, keys.parentBsuid))
  return names
}

export interface Client {
  identities: IdentityValue[]
  profile: ClientProfile
}

/**
 * The `contacts[]` of one change, joined to its items by `wa_id` or `user_id`, never by position (reference §2.1).
 * A lone contact beside a lone sender belongs to that sender even when `wa_id` and `from` differ, as they may for
 * Brazil, Mexico and Argentina; two different user ids are always two people.
 */
export class ContactBook {
  readonly #byName = new Map<string, JsonObject>()
  readonly #lone: JsonObject | null

  /** @param items the elements that the contacts stand beside, @param keys where these name their person */
  constructor(value: JsonObject, items: readonly unknown[], keys: NameKeys) {
    const contacts = objectsAt(value, 'contacts')
    for (const contact of contacts) {
      for (const name of namesOf(contact, CONTACT)) {
        if (name.kind !== 'parent_bsuid') this.#byName.set(`${name.kind} ${name.value}`, contact)
      }
    }
    const people = new Set(items.map((item) => idAt(item, keys.waId) ?? idAt(item, keys.bsuid)))
    this.#lone = contacts.length === 1 && people.size === 1 ? (contacts[0] ?? null) : null
  }

  /**
   * The person an item names, with what its contact adds.
   * @throws MalformedItem when neither names anybody
   */
  clientOf(item: unknown, keys: NameKeys): Client {
    const identities = namesOf(item, keys)
    const contact = this.#contactOf(identities)
    if (contact !== null) for (const { kind, value } of namesOf(contact, CONTACT)) addIdentity(identities, kind, value)
    if (identities.length === 0) throw new MalformedItem('it names no client')
    return { identities, profile: profileOf(contact) }
  }

  #contactOf(names: IdentityValue[]): JsonObject | null {
    const bsuid = names.find((name) => name.kind === 'bsuid')?.value ?? null
    const found = names.map((name) => this.#byName.get(`${name.kind} ${name.value}`)).find((one) => one !== undefined)
    const contact = found ?? this.#lone
    if (contact === null) return null
    const theirs = idAt(contact, CONTACT.bsuid)
    return bsuid !== null && theirs !== null && bsuid !== theirs ? null : contact
  }
}

function profileOf(contact: JsonObject | null): ClientProfile {
  const profile = objectAt(contact, 'profile')
  const name = textAt(profile, 'name')
  return { name: name?.trim() === '' ? null : name, username: textAt(profile, 'username') }
}
