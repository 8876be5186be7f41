import { createStore } from '../ui/store.ts'

/** What is known of whom to write to. */
export interface NewConversationPrefill {
  channelId?: string
  phone?: string
  name?: string
}

/** null: the dialog is closed */
export const newConversationStore = createStore<NewConversationPrefill | null>(null)

/** Opens the dialog that writes to somebody by phone number (M14). */
export const openNewConversation = (prefill: NewConversationPrefill = {}): void => newConversationStore.set(prefill)

export const closeNewConversation = (): void => newConversationStore.set(null)
