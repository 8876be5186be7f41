import {
  BUSINESS_PHONE,
  comment,
  EARLIER,
  FOREIGN,
  failed,
  ID,
  message,
  OURS,
  type Outcome,
  onChannel,
  optingOut,
  photo,
  quoting,
  revealing,
  SHEENA,
  seconds,
  status,
  TEXT,
  withErrors,
  writes,
} from './fixture-expectations.ts'

/** Every file of test/fixtures/webhooks, and what it does. */
export const OUTCOMES: Record<string, Outcome> = {
  account_alerts_capability: onChannel('account_alerts'),
  account_deleted: onChannel('account_update', [
    'disconnected',
    'ACCOUNT_DELETED (the WhatsApp Business account was deleted at Meta)',
  ]),
  account_disabled: onChannel('account_update', ['restricted', 'Meta disabled the account on October 9, 2025']),
  account_partner_added: onChannel('account_update'),
  account_partner_app_installed: onChannel('account_update'),
  account_partner_app_uninstalled: onChannel('account_update', [
    'disconnected',
    "PARTNER_APP_UNINSTALLED (the app's access was removed in Meta Business settings)",
  ]),
  account_partner_removed: onChannel('account_update', [
    'disconnected',
    "PARTNER_REMOVED (the account's owner ended the connection)",
  ]),
  account_partner_removed_coexistence: onChannel('account_update', [
    'disconnected',
    'PARTNER_REMOVED PRIMARY_INACTIVITY SYSTEM (the phone with the WhatsApp Business app was offline for about 14 days)',
  ]),
  account_reconnected: onChannel('account_update', ['connected', null], 'disconnected'),
  account_review_approved: onChannel('account_review_update'),
  account_violation: onChannel('account_update', ['connected', 'Meta reports a violation of its policy: ADULT']),
  account_volume_tier: onChannel('account_update'),
  batch_multi_entry: {
    after: ['in_text'],
    other: { number: '118203441290775', business: '204813376055917' },
    becomes: {
      tasks: 2,
      // The newest task is Pablo's.
      feed: [comment(1760000599, 'earlier timestamp, later position', { by: 'contact Pablo Morales' })],
      contact: {
        name: 'Pablo Morales',
        phone: '+16505557890',
        identities: ['wa_id:16505557890', 'wa_id:16505557890'],
        optedOut: false,
      },
      window: seconds(1760000599),
      events: ['message_template_status_update'],
    },
  },
  business_capability_2025: onChannel('business_capability_update'),
  echo_image: {
    becomes: {
      tasks: 1,
      feed: [comment(1760000501, 'our stock', { by: BUSINESS_PHONE, ...photo })],
      contact: { ...SHEENA, name: '+16505551234' },
    },
  },
  echo_revoke: {
    after: ['echo_image'],
    becomes: {
      tasks: 1,
      feed: [comment(1760000501, null, { by: BUSINESS_PHONE, kind: 'image', deleted: true })],
      contact: { ...SHEENA, name: '+16505551234' },
    },
  },
  echo_text: {
    becomes: {
      tasks: 1,
      feed: [
        comment(1760000500, "Here's the info you requested! https://www.example.com/price", { by: BUSINESS_PHONE }),
      ],
      contact: { ...SHEENA, name: '+16505551234' },
    },
  },
  history_chunk_phase0_1: onChannel('history'),
  history_chunk_phase1_2: onChannel('history'),
  history_declined_2593109: onChannel('history'),
  in_audio_voice: message(1760000104, null, { kind: 'voice', files: ['voice audio/ogg'] }),
  in_bsuid_text_with_phone: {
    becomes: {
      ...writes(comment(1760000154, 'Following up')),
      contact: { ...SHEENA, identities: ['bsuid:US.13491208655302741918', 'wa_id:16505551234'] },
    },
  },
  in_button_template_quick_reply: quoting(ID('JGREEwODJGRjlCMjFGMTAyOTIA'), 1760000133, 'Confirm', {
    kind: 'button',
    data: { payload: 'confirm-appointment:8841', text: 'Confirm' },
  }),
  in_contacts: message(1760000112, 'Barbara J. Johnson', {
    kind: 'contacts',
    data: {
      contacts: [
        {
          name: {
            formatted_name: 'Barbara J. Johnson',
            first_name: 'Barbara',
            last_name: 'Johnson',
            middle_name: 'Joana',
            suffix: 'Esq.',
            prefix: 'Dr.',
          },
          phones: [{ phone: '+1 (650) 555-0199', wa_id: '16505550199', type: 'MOBILE' }],
          emails: [{ email: 'bjohnson@luckyshrub.com', type: 'WORK' }],
          org: { company: 'Lucky Shrub', department: 'Legal', title: 'Lead Counsel' },
          birthday: '1999-01-23',
          urls: [{ url: 'https://www.luckyshrub.com', type: 'WORK' }],
          addresses: [
            {
              street: '1 Lucky Shrub Way',
              city: 'Menlo Park',
              state: 'CA',
              zip: '94025',
              country: 'United States',
              country_code: 'US',
              type: 'WORK',
            },
          ],
        },
      ],
    },
  }),
  in_document: message(1760000106, 'signed copy', { kind: 'document', files: ['Договор №42.pdf application/pdf'] }),
  in_edit_text: {
    after: ['in_text'],
    becomes: {
      ...writes({ ...TEXT, text: 'Does it come in a darker color?', edited: seconds(1760000150) }),
      window: TEXT.at,
    },
  },
  in_image: message(1760000100, 'Here is my damaged planter', photo),
  in_image_album_two_messages_one_post: {
    becomes: writes(comment(1760000102, '1 of 2', photo), comment(1760000102, null, photo)),
  },
  in_interactive_button_reply: quoting(ID('JGMTI3MEJFQ0Y4RTUyRjlGMEUA'), 1760000130, 'Cancel', {
    kind: 'interactive',
    data: { type: 'button_reply', id: 'cancel-button', title: 'Cancel' },
  }),
  in_interactive_nfm_reply_flow: quoting(ID('IyNjIyM0M2MEQ4RTc2RUNFQTYA'), 1760000132, 'Sent', {
    kind: 'interactive',
    data: {
      type: 'nfm_reply',
      name: 'flow',
      response: {
        flow_token: 'order-7781-3f2c',
        full_name: 'Sheena Nelson',
        slot: '2025-10-10T09:00',
        agree: true,
      },
    },
  }),
  in_location: message(1760000110, 'Solomon R. Guggenheim Museum, 1071 5th Ave, New York, NY 10128', {
    kind: 'location',
    data: {
      latitude: 40.782910059774,
      longitude: -73.959075808525,
      name: 'Solomon R. Guggenheim Museum',
      address: '1071 5th Ave, New York, NY 10128',
      url: 'https://www.guggenheim.org',
    },
  }),
  in_media_download_error_131052: message(
    1760000108,
    'A file that WhatsApp could not hand over, for instance because it is too large.',
    { kind: 'unsupported', data: withErrors('131052') },
  ),
  in_reaction: {
    answers: ID('IzMUEwNzBCQUJERkJBMDZFM0QA'),
    becomes: {
      ...writes(EARLIER, { ...OURS, reactions: ['❤️ contact'] }),
      window: seconds(1760000120),
      deliveries: [{ state: 'accepted', error: null, moments: {} }],
    },
  },
  in_system_user_changed_number: {
    after: ['in_text'],
    becomes: {
      ...writes(TEXT, {
        ...comment(0, 'The client changed their number'),
        by: 'system Parley',
        kind: 'system',
        data: { change: 'number', from: '+16505551234', to: '+16505554321' },
      }),
      window: TEXT.at,
      contact: { ...SHEENA, phone: '+16505554321', identities: ['wa_id:16505554321'] },
    },
  },
  in_text: message(1760000000, 'Does it come in another color?'),
  in_text_ctwa_referral_image_ad: message(1760000065, 'Can I get more info about this?', {
    data: {
      referral: {
        source_url: 'https://fb.me/3cr4Wqqkv',
        source_id: '120226305854810726',
        source_type: 'ad',
        body: 'Summer succulents are here!',
        headline: 'Chat with us',
        media_type: 'image',
        image_url: 'https://scontent.xx.fbcdn.net/v/t45.1600-4/473_n.jpg?stp=dst-jpg',
        ctwa_clid:
          'Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHemvuSoifXaytfTzcchptiErTKCqTrJ5nW1h7IHYeYymGb5K5J5iTROpBhWAGaIAeUzHL50',
        welcome_message: { text: 'Hi there! Let us know how we can help!' },
      },
    },
  }),
  in_text_duplicate_redelivery: { after: ['in_text'], becomes: writes(TEXT) },
  in_text_forwarded: message(1760000062, 'See you at 5', { data: { forwarded: 'forwarded' } }),
  in_text_frequently_forwarded: message(1760000063, 'Please share with all your contacts', {
    data: { forwarded: 'frequently' },
  }),
  in_text_identity_key_hash: message(1760000009, "It's me again"),
  in_text_referred_product: quoting(ID('JCOTkyRjFBNTcyMDNDMTdCNzgA'), 1760000064, 'Is this still available?', {
    data: { product: { catalog_id: '194836987003835', product_retailer_id: 'di9ozbzfi4' } },
  }),
  in_text_reply_context: quoting(ID('IzMUEwNzBCQUJERkJBMDZFM0QA'), 1760000060, 'Yes please, the blue one'),
  in_text_unicode_escaped_wire: {
    becomes: {
      ...writes(
        comment(1760000006, 'Сәлем 👋 https://example.com/a?b=1&c=2 mail@example.com', { by: 'contact Айгүл' }),
      ),
      contact: { ...SHEENA, name: 'Айгүл' },
    },
  },
  in_unsupported_131051_poll: message(1760000142, 'WhatsApp does not pass this on: a poll.', {
    kind: 'unsupported',
    data: withErrors('131051', { subtype: 'poll_creation' }),
  }),
  in_unsupported_131060_unavailable: message(
    1760000144,
    'A message that can be seen only in the WhatsApp app on the phone.',
    { kind: 'unsupported', data: withErrors('131060', { subtype: 'errors' }) },
  ),
  in_video: message(1760000103, 'unboxing', { kind: 'video', files: ['video video/mp4'] }),
  phone_name_approved: onChannel('phone_number_name_update'),
  phone_name_rejected: onChannel('phone_number_name_update', [
    'connected',
    'Meta rejected the display name: NAME_NOT_CONSISTENT',
  ]),
  phone_quality_onboarding_2026: onChannel('phone_number_quality_update'),
  phone_quality_throughput_upgrade: onChannel('phone_number_quality_update'),
  st_delivered_biz_opaque: status(ID('IyNTI0QzZFNEY2MDg0MDY3ODkA'), 'delivered', { deliveredAt: 1760000263 }),
  st_delivered_group: status(ID('I5NjM2NjdBODYyNEMxRkM0NTAA'), 'delivered', { deliveredAt: 1760000265 }),
  // Late: the same message was read already. The state stays, the moment is noted (P4).
  st_delivered_marketing: {
    ...status(ID('IxQzNDOTkyQkE2NzI2MDQwRTcA'), 'read', { deliveredAt: 1760000203, readAt: 1760000260 }),
    after: ['st_read'],
  },
  st_failed_130429_throughput: failed(
    ID('I2NjEwRUIyMjQ3RjAwMEY4MkYA'),
    1760000308,
    '130429',
    'The number sends faster than WhatsApp allows. Sending goes on more slowly.',
  ),
  st_failed_130472_experiment: failed(
    ID('I2QjY1Q0RBMDUyOUY1RjBDRTgA'),
    1760000304,
    '130472',
    'Meta holds marketing messages back from this client as an experiment. Reach them another way.',
  ),
  st_failed_131026_undeliverable: revealing(
    ['wa_id:16505550000', 'wa_id:16505551234'],
    failed(
      'wamid.HBgLMTY1MDU1NTAwMDAVAgARGBJDOTE2OEE1MThEM0MwOThGMjMA',
      1760000301,
      '131026',
      'Not deliverable: no WhatsApp on this number, or too old a version. Reach the client another way.',
    ),
  ),
  st_failed_131047_window: failed(
    ID('I1RDIxRTBCQTQyQTIxNTJBMUUA'),
    1760000300,
    '131047',
    'More than 24 hours have passed since the client wrote. Send an approved template.',
  ),
  st_failed_131050_marketing_opt_out: optingOut(
    failed(
      ID('IxODFFOEYxQ0U3NUIwRTZBREEA'),
      1760000303,
      '131050',
      'The client has stopped marketing messages from this business. Do not send them any.',
    ),
  ),
  st_failed_131053_media_upload: failed(
    ID('IwRTNDRDVDRkM4REIyOTJGRUEA'),
    1760000305,
    '131053',
    'WhatsApp did not accept the file. Check its type and size and attach it again.',
  ),
  st_played_voice: status(ID('JBRURGQzAzMDc3Qzc5OTI4REUA'), 'played', { playedAt: 1760000262 }),
  st_read: status(ID('IxQzNDOTkyQkE2NzI2MDQwRTcA'), 'read', { readAt: 1760000260 }),
  st_sent_free_entry_point: status(ID('I4MjcyNUMxNkE4N0I1QjE3QjEA'), 'sent', { sentAt: 1760000202 }),
  st_sent_service_v24: status(ID('I3NDdGOTIyMTdERTM1RTc4NUEA'), 'sent', { sentAt: 1760000200 }),
  st_sent_utility_v23_conversation: status(ID('I0RjJCRTVFMTgxNDBBMDA5MzcA'), 'sent', { sentAt: 1760000201 }),
  state_sync_contact_add: onChannel('smb_app_state_sync'),
  tpl_category_completed: onChannel('template_category_update'),
  tpl_components_update: onChannel('message_template_components_update'),
  tpl_quality_green_to_yellow: onChannel('message_template_quality_update'),
  tpl_status_approved: onChannel('message_template_status_update'),
  tpl_status_paused_first: onChannel('message_template_status_update'),
  tpl_status_pending_deletion: onChannel('message_template_status_update'),
  tpl_status_rejected_invalid_format: onChannel('message_template_status_update'),
  user_preferences_stop: optingOut({ after: ['in_text'], becomes: { ...writes(TEXT), window: TEXT.at } }),
  ...Object.fromEntries(
    [
      'ig_ad_referral',
      'ig_audio_voice',
      'ig_comment_fb_login',
      'ig_deleted',
      'ig_echo_text',
      'ig_image',
      'ig_message_edit',
      'ig_postback',
      'ig_quick_reply',
      'ig_reaction',
      'ig_reel',
      'ig_reply_to_mid',
      'ig_reply_to_story',
      'ig_seen',
      'ig_shared_post',
      'ig_story_mention',
      'ig_text',
      'ig_text_duplicate_redelivery',
      'ig_unsupported',
      'provider_greenapi_incoming',
      'provider_gupshup_v2_inbound',
      'provider_gupshup_v2_status',
      'provider_twilio_inbound_form',
      'provider_twilio_status_form',
      'provider_wazzup_messages_and_statuses',
    ].map((name) => [name, FOREIGN]),
  ),
}
