/**
 * Branded identifiers. Outside they are opaque strings (contract.md); inside, a task's id cannot be passed
 * where a contact's is wanted. The brand exists only in the types.
 */
declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

export type UserId = Id<'user'>
export type GroupId = Id<'group'>
export type ChannelId = Id<'channel'>
export type ContactId = Id<'contact'>
export type IdentityId = Id<'identity'>
export type ConversationId = Id<'conversation'>
export type TaskId = Id<'task'>
export type TaskTemplateId = Id<'task_template'>
export type TaskViewId = Id<'task_view'>
export type CommentId = Id<'comment'>
export type AttachmentId = Id<'attachment'>
export type DeliveryId = Id<'delivery'>
export type MergeId = Id<'merge'>
export type DeadLetterId = Id<'dead_letter'>
export type TemplateId = Id<'template'>
export type QuickReplyId = Id<'quick_reply'>
export type OutgoingMessageId = Id<'outgoing_message'>
export type ClusterId = Id<'cluster'>
export type CampaignId = Id<'campaign'>
export type ScenarioId = Id<'scenario'>
export type RunId = Id<'run'>
export type CalendarId = Id<'calendar'>
export type EndpointId = Id<'endpoint'>
export type OutsideCallId = Id<'outside_call'>
export type WebhookId = Id<'webhook'>
export type WebhookDeliveryId = Id<'webhook_delivery'>
export type IncomingWebhookId = Id<'incoming_webhook'>
export type IncomingWebhookEventId = Id<'incoming_webhook_event'>
export type HouseEventId = Id<'house_event'>

/** A message's id at its provider (wamid, mid, SM…): opaque, unique together with the channel. */
export type ProviderMessageId = Id<'provider_message'>

/** The workflow that owns a conversation. No phone number in it: workflow ids are visible in Temporal (P8). */
export const workflowIdOf = (conversation: ConversationId): string => `conversation-${conversation}`

/** The workflow that runs a campaign. */
export const campaignWorkflowIdOf = (campaign: CampaignId): string => `campaign-${campaign}`

/** The workflow that delivers what a webhook's subscription asks for. */
export const webhookWorkflowIdOf = (webhook: WebhookId): string => `webhook-${webhook}`

/** The workflow that runs what an event of the house started. */
export const houseWorkflowIdOf = (event: HouseEventId): string => `house-${event}`

/** The workflow that fetches a file of an imported message. */
export const importedFileWorkflowIdOf = (file: AttachmentId): string => `imported-file-${file}`
