import { chatOf } from '../reading.ts'
import { clientOf, type Simulation } from '../simulation.ts'
import type { Message } from '../world/entries.ts'

/**
 * One message as the client's phone shows it. Failed messages are left out of the lists: they never got there.
 * @param base address of the simulator, e.g. `/simulator`
 */
function view(sim: Simulation, message: Message, base: string) {
  const media = message.mediaId === null ? null : (sim.world.media.get(message.mediaId) ?? null)
  return {
    id: message.id,
    phoneNumberId: message.phoneNumberId,
    direction: message.direction,
    author: message.author,
    kind: message.kind,
    text: message.text,
    media: media && {
      url: `${base}/phone/media/${media.id}`,
      name: message.fileName ?? media.name,
      mime: media.mime,
      size: media.size,
      sha256: media.sha256,
    },
    data: message.body,
    quoted: message.quoted,
    template: message.template,
    buttons: message.buttons,
    reactions: message.reactions,
    state: message.state,
    error: message.error,
    at: new Date(message.at).toISOString(),
    editedAt: message.editedAt === null ? null : new Date(message.editedAt).toISOString(),
    deletedAt: message.deletedAt === null ? null : new Date(message.deletedAt).toISOString(),
    callbackData: message.callbackData,
  }
}

/** What a client received and wrote, oldest first; `failed` also shows what did not get there. */
export function messagesOf(
  sim: Simulation,
  client: string,
  base: string,
  options: { phoneNumberId?: string | undefined; failed?: boolean } = {},
) {
  return sim.world
    .chats(client)
    .filter((chat) => options.phoneNumberId === undefined || chat.phoneNumberId === options.phoneNumberId)
    .flatMap((chat) => chat.messages)
    .filter((message) => message.kind !== 'reaction' && (options.failed === true || message.state !== 'failed'))
    .sort((one, other) => one.at - other.at)
    .map((message) => view(sim, message, base))
}

/** All chats, the latest first. */
export async function chatList(sim: Simulation) {
  const accounts = await sim.accounts.all()
  return sim.world
    .chats()
    .map((chat) => {
      const client = clientOf(sim.world, chat.client)
      const shown = chat.messages.filter((message) => message.kind !== 'reaction' && message.state !== 'failed')
      const last = shown.at(-1)
      return {
        from: chat.client,
        name: client.name,
        phoneNumberId: chat.phoneNumberId,
        businessName: accounts.find((account) => account.phoneNumberId === chat.phoneNumberId)?.name ?? null,
        userId: client.userId,
        blocked: client.blocked,
        optedOut: client.optedOut,
        onWhatsApp: client.onWhatsApp,
        unread: shown.filter((message) => message.direction === 'to_client' && isUnread(message)).length,
        last: last
          ? { kind: last.kind, text: last.text, direction: last.direction, at: new Date(last.at).toISOString() }
          : null,
        typing: (sim.typing.get(chatOf({ phoneNumberId: chat.phoneNumberId, client: chat.client })) ?? 0) > sim.now(),
      }
    })
    .sort((one, other) => (other.last?.at ?? '').localeCompare(one.last?.at ?? ''))
}

const isUnread = (message: Message): boolean => message.state !== 'read' && message.state !== 'played'
