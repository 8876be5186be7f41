import type { ContactId } from '../ids.ts'
import { phoneVariants } from '../phone-variants.ts'

/** Who on a list gets the message already, known by the number in any of its forms, or as a contact. */
export class SeenPeople {
  readonly #numbers = new Map<string, number>()
  readonly #contacts = new Map<ContactId, number>()

  /** @returns the row in which this person stands already; null: they are new */
  rowOf(digits: string, contact: ContactId | null): number | null {
    for (const form of phoneVariants(digits)) {
      const row = this.#numbers.get(form)
      if (row !== undefined) return row
    }
    return (contact === null ? undefined : this.#contacts.get(contact)) ?? null
  }

  add(row: number, digits: string, contact: ContactId | null): void {
    this.#numbers.set(digits, row)
    if (contact !== null) this.#contacts.set(contact, row)
  }
}
