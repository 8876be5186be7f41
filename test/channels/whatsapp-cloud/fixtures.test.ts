import { describe, expect, test } from 'vitest'
import { parseWebhook } from '../../../src/channels/whatsapp-cloud/parse.ts'
import { verifySignature } from '../../../src/channels/whatsapp-cloud/verify.ts'
import { APP_SECRET, fixture, fixtureNames, signatureOf, summary } from './fixtures.ts'

const SHEENA = 'wa_id:16505551234'
const PABLO = 'wa_id:16505557890'
const FOREIGN = ['dead_letter unknown_object ']

/** Every file, and what it becomes. */
const EXPECTED: Record<string, string[]> = {
  account_alerts_capability: ['channel account_alerts nothing'],
  account_deleted: ['channel account_update disconnect'],
  account_disabled: ['channel account_update restrict'],
  account_partner_added: ['channel account_update nothing'],
  account_partner_app_installed: ['channel account_update nothing'],
  account_partner_app_uninstalled: ['channel account_update disconnect'],
  account_partner_removed: ['channel account_update disconnect'],
  account_partner_removed_coexistence: ['channel account_update disconnect'],
  account_reconnected: ['channel account_update reconnect'],
  account_review_approved: ['channel account_review_update nothing'],
  account_violation: ['channel account_update notice'],
  account_volume_tier: ['channel account_update nothing'],
  batch_multi_entry: [
    `message.received text ${SHEENA} opens`,
    `message.received text ${SHEENA} opens`,
    `message.received image ${SHEENA} opens`,
    `message.received text ${PABLO} opens`,
    `message.received text ${SHEENA} opens`,
    'delivery sent',
    'delivery delivered',
    'delivery failed 131047',
    `message.received text ${PABLO} opens`,
    'channel message_template_status_update template',
  ],
  business_capability_2025: ['channel business_capability_update nothing'],
  echo_image: [`message.echoed image ${SHEENA}`],
  echo_revoke: [`message.deleted ${SHEENA}`],
  echo_text: [`message.echoed text ${SHEENA}`],
  history_chunk_phase0_1: ['channel history history'],
  history_chunk_phase1_2: ['channel history history'],
  history_declined_2593109: ['channel history history'],
  in_audio_voice: [`message.received voice ${SHEENA} opens`],
  in_bsuid_text_with_phone: [`message.received text ${SHEENA},bsuid:US.13491208655302741918 opens`],
  in_button_template_quick_reply: [`message.received button ${SHEENA} opens`],
  in_contacts: [`message.received contacts ${SHEENA} opens`],
  in_document: [`message.received document ${SHEENA} opens`],
  in_edit_text: [`message.edited ${SHEENA}`],
  in_image: [`message.received image ${SHEENA} opens`],
  in_image_album_two_messages_one_post: [
    `message.received image ${SHEENA} opens`,
    `message.received image ${SHEENA} opens`,
  ],
  in_interactive_button_reply: [`message.received interactive ${SHEENA} opens`],
  in_interactive_nfm_reply_flow: [`message.received interactive ${SHEENA} opens`],
  in_location: [`message.received location ${SHEENA} opens`],
  in_media_download_error_131052: [`message.received unsupported ${SHEENA} opens`],
  in_reaction: [`message.reacted ${SHEENA} opens`],
  in_system_user_changed_number: [`contact.number_changed ${SHEENA}`],
  in_text: [`message.received text ${SHEENA} opens`],
  in_text_ctwa_referral_image_ad: [`message.received text ${SHEENA} opens`],
  in_text_duplicate_redelivery: [`message.received text ${SHEENA} opens`],
  in_text_forwarded: [`message.received text ${SHEENA} opens`],
  in_text_frequently_forwarded: [`message.received text ${SHEENA} opens`],
  in_text_identity_key_hash: [`message.received text ${SHEENA} opens`],
  in_text_referred_product: [`message.received text ${SHEENA} opens`],
  in_text_reply_context: [`message.received text ${SHEENA} opens`],
  in_text_unicode_escaped_wire: [`message.received text ${SHEENA} opens`],
  in_unsupported_131051_poll: [`message.received unsupported ${SHEENA} opens`],
  in_unsupported_131060_unavailable: [`message.received unsupported ${SHEENA} opens`],
  in_video: [`message.received video ${SHEENA} opens`],
  phone_name_approved: ['channel phone_number_name_update nothing'],
  phone_name_rejected: ['channel phone_number_name_update notice'],
  phone_quality_onboarding_2026: ['channel phone_number_quality_update nothing'],
  phone_quality_throughput_upgrade: ['channel phone_number_quality_update nothing'],
  st_delivered_biz_opaque: ['delivery delivered'],
  st_delivered_group: ['delivery delivered'],
  st_delivered_marketing: ['delivery delivered'],
  st_failed_130429_throughput: ['delivery failed 130429'],
  st_failed_130472_experiment: ['delivery failed 130472'],
  st_failed_131026_undeliverable: ['delivery failed 131026'],
  st_failed_131047_window: ['delivery failed 131047'],
  st_failed_131050_marketing_opt_out: ['delivery failed 131050'],
  st_failed_131053_media_upload: ['delivery failed 131053'],
  st_played_voice: ['delivery played'],
  st_read: ['delivery read'],
  st_sent_free_entry_point: ['delivery sent'],
  st_sent_service_v24: ['delivery sent'],
  st_sent_utility_v23_conversation: ['delivery sent'],
  state_sync_contact_add: ['channel smb_app_state_sync nothing'],
  tpl_category_completed: ['channel template_category_update template'],
  tpl_components_update: ['channel message_template_components_update template'],
  tpl_quality_green_to_yellow: ['channel message_template_quality_update template'],
  tpl_status_approved: ['channel message_template_status_update template'],
  tpl_status_paused_first: ['channel message_template_status_update template'],
  tpl_status_pending_deletion: ['channel message_template_status_update template'],
  tpl_status_rejected_invalid_format: ['channel message_template_status_update template'],
  user_preferences_stop: [`contact.opted_out ${SHEENA}`],
}

describe('every fixture', () => {
  test.each(fixtureNames)('%s is signed as it stands and parsed as expected', (name) => {
    const body = fixture(name)
    const headers = new Headers({ 'x-hub-signature-256': signatureOf(name) })
    expect(verifySignature(body, headers, [APP_SECRET])).toBe(true)
    const expected = /^(ig|provider)_/.test(name) ? FOREIGN : EXPECTED[name]
    expect(parseWebhook(body).map(summary)).toEqual(expected)
  })

  test('a redelivery has the same keys as the first delivery', () => {
    const keys = (name: string) =>
      parseWebhook(fixture(name)).map((item) => ('dedupeKey' in item ? item.dedupeKey : ''))
    expect(keys('in_text_duplicate_redelivery')).toEqual(keys('in_text'))
    expect(keys('account_deleted')).toEqual(keys('account_deleted'))
    expect(keys('account_deleted')).not.toEqual(keys('account_disabled'))
  })

  test('the batch keeps accounts, pointers and times apart', () => {
    const items = parseWebhook(fixture('batch_multi_entry'))
    expect(items.map((item) => item.path)).toEqual([
      '/entry/0/changes/0/value/messages/0',
      '/entry/0/changes/0/value/messages/1',
      '/entry/0/changes/0/value/messages/2',
      '/entry/0/changes/1/value/messages/0',
      '/entry/0/changes/2/value/messages/0',
      '/entry/0/changes/3/value/statuses/0',
      '/entry/0/changes/3/value/statuses/1',
      '/entry/0/changes/3/value/statuses/2',
      '/entry/1/changes/0/value/messages/0',
      '/entry/2/changes/0',
    ])
    expect(items[8]?.account).toBe('118203441290775')
    expect(items[0]).toMatchObject({ account: '106540352242922', at: new Date(1760000600_000) })
    // One message repeats in_text: same key, so it will be stored once.
    expect(items[4]).toMatchObject({
      dedupeKey: (parseWebhook(fixture('in_text'))[0] as { dedupeKey: string }).dedupeKey,
    })
  })

  test("the wire's escapes become the text that was written", () => {
    expect(parseWebhook(fixture('in_text_unicode_escaped_wire'))[0]).toMatchObject({
      event: {
        message: { content: { text: 'Сәлем 👋 https://example.com/a?b=1&c=2 mail@example.com' } },
        profile: { name: 'Айгүл', username: null },
      },
    })
  })

  test('a document keeps its name, its hash becomes hex, its address is not kept', () => {
    const [item] = parseWebhook(fixture('in_document'))
    expect(item).toMatchObject({
      event: {
        message: {
          content: {
            text: 'signed copy',
            media: {
              mediaId: '5133978430710274',
              mime: 'application/pdf',
              sha256: '139d544b821b13ebea14f1b0fe18577222e415c2966e3a3511c4196055232202',
              fileName: 'Договор №42.pdf',
            },
          },
        },
      },
    })
    expect(JSON.stringify(item)).not.toContain('lookaside')
  })

  test('partner events name the account inside, not the entry', () => {
    for (const name of fixtureNames.filter((one) => one.startsWith('account_partner'))) {
      expect(parseWebhook(fixture(name))[0]).toMatchObject({ account: { businessId: '102290129340398' } })
    }
  })
})
