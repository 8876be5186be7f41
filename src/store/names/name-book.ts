import type { IdentityKind, IdentityValue } from '../../domain/conversation-event.ts'
import { candidateNames, matchConversation } from '../../domain/identity-match.ts'
import type { ChannelId, ConversationId } from '../../domain/ids.ts'
import {
  type ChannelName,
  findNames,
  type KnownOwnedName,
  nameKey,
  type OwnedName,
  type TakenName,
} from '../intake/names.ts'
import type { Run } from '../intake/run.ts'
import { newId } from '../new-id.ts'

/** Who an event is about. */
export interface NamedClient {
  /** at least one */
  identities: readonly IdentityValue[]
  /** names that the client has from now on */
  announced: readonly IdentityValue[]
  /** when it was written, by the provider's clock */
  at: Date
}

/**
 * Which conversation each name belongs to, as the database knows it and as the items at hand add to it. Filled with two
 * lookups at most; what it opened and added is written in one go.
 *
 * Providers give a number that somebody gave up to somebody else. So a retired number finds its old conversation only for
 * what was written before; from then on it is whoever's writes from it, in a conversation of their own: the answer would
 * else go to the client who had it before.
 */
export class NameBook {
  readonly #owners = new Map<string, ConversationId>()
  readonly #opened: { id: ConversationId; channelId: ChannelId }[] = []
  readonly #added: OwnedName[] = []
  readonly #taken: TakenName[] = []
  readonly #retired = new Map<string, { owner: ConversationId; at: Date }>()
  readonly #conflicts = new Map<string, { conversation: ConversationId; other: ConversationId }>()

  /** Looks up every name as it is, and those numbers that are not found under the other forms they are known in. */
  static async read(run: Run, names: readonly ChannelName[]): Promise<NameBook> {
    const book = new NameBook()
    book.#learn(await findNames(run, distinct(names)))
    const others = names
      .filter((name) => !book.#owners.has(nameKey(name.channelId, name.kind, name.value)))
      .flatMap((name) => candidateNames(name).map((candidate) => ({ ...candidate, channelId: name.channelId })))
    book.#learn(await findNames(run, distinct(others)))
    return book
  }

  get opened(): readonly { id: ConversationId; channelId: ChannelId }[] {
    return this.#opened
  }

  get added(): readonly OwnedName[] {
    return this.#added
  }

  get taken(): readonly TakenName[] {
    return this.#taken
  }

  get conflicts(): { conversation: ConversationId; other: ConversationId }[] {
    return [...this.#conflicts.values()]
  }

  /** The conversation with a client; a new one where none of the names is known. New names are added to it. */
  conversationOf(channelId: ChannelId, { identities, announced, at }: NamedClient): ConversationId {
    const known = identities.flatMap((name) => {
      const conversation = this.#owner(channelId, name, at)
      return conversation === undefined ? [] : [{ kind: name.kind, conversation }]
    })
    const match = matchConversation(known)
    const conversation = match?.conversation ?? this.#open(channelId)
    for (const other of match?.conflicts ?? []) this.#conflict(conversation, other)
    for (const name of identities) this.#add(channelId, name, conversation, at)
    // Before the event is worked off: the client's next message may be here already, under the new name.
    for (const name of announced) this.#add(channelId, name, conversation, at)
    return conversation
  }

  /** Names that a status reveals of somebody whose conversation is known. */
  reveal(channelId: ChannelId, names: readonly IdentityValue[], conversation: ConversationId): void {
    for (const name of names) {
      const key = nameKey(channelId, name.kind, name.value)
      const owner = this.#owners.get(key) ?? this.#retired.get(key)?.owner
      if (owner === undefined) this.#add(channelId, name, conversation)
      else if (owner !== conversation) this.#conflict(conversation, owner)
    }
  }

  /** @param at when it was written, by the provider's clock */
  #owner(channelId: ChannelId, name: IdentityValue, at: Date): ConversationId | undefined {
    for (const { kind, value } of [name, ...candidateNames(name)]) {
      const key = nameKey(channelId, kind, value)
      const owner = this.#owners.get(key) ?? this.#ownerBefore(key, at)
      if (owner !== undefined) return owner
    }
    return undefined
  }

  #ownerBefore(key: string, at: Date): ConversationId | undefined {
    const retired = this.#retired.get(key)
    return retired && at <= retired.at ? retired.owner : undefined
  }

  #open(channelId: ChannelId): ConversationId {
    const id = newId<ConversationId>()
    this.#opened.push({ id, channelId })
    return id
  }

  #add(channelId: ChannelId, { kind, value }: IdentityValue, conversationId: ConversationId, at?: Date): void {
    const key = nameKey(channelId, kind, value)
    if (this.#owners.has(key)) return
    const retired = this.#retired.get(key)
    if (retired) {
      if (at === undefined || at <= retired.at) return
      this.#retired.delete(key)
      this.#taken.push({ channelId, kind, value, from: retired.owner, to: conversationId })
    } else {
      this.#added.push({ channelId, kind, value, conversationId })
    }
    this.#owners.set(key, conversationId)
  }

  #conflict(conversation: ConversationId, other: ConversationId): void {
    this.#conflicts.set(`${conversation} ${other}`, { conversation, other })
  }

  #learn(names: readonly KnownOwnedName[]): void {
    for (const { channelId, kind, value, conversationId, retiredAt } of names) {
      const key = nameKey(channelId, kind, value)
      if (retiredAt === null || !isNumber(kind)) this.#owners.set(key, conversationId)
      else this.#retired.set(key, { owner: conversationId, at: retiredAt })
    }
  }
}

/** User ids are never given to somebody else. */
const isNumber = (kind: IdentityKind) => kind === 'wa_id' || kind === 'phone'

const distinct = (names: readonly ChannelName[]): ChannelName[] => [
  ...new Map(names.map((name) => [nameKey(name.channelId, name.kind, name.value), name])).values(),
]
