interface GuideStep {
  title: string
  text: string[]
  /** where it is done */
  link?: { label: string; href: string }
  /** keys of the fields that are asked for here */
  fields: string[]
}
interface Way {
  title: string
  short: string
  intro: string
  needs: string[]
  notes: string[]
}

const APP: GuideStep = {
  title: 'An app at Meta',
  text: [
    'Create an app of type Business and add the product WhatsApp.',
    'Switch the app to Live, or only Meta’s own test events arrive.',
  ],
  link: { label: 'developers.facebook.com', href: 'https://developers.facebook.com/apps' },
  fields: ['appSecret'],
}
const TOKEN: GuideStep = {
  title: 'A token that does not expire',
  text: [
    'In Business settings → Users → System users create a system user and assign it the app and the WhatsApp account with full control.',
  ],
  link: { label: 'business.facebook.com', href: 'https://business.facebook.com/settings/system-users' },
  fields: ['accessToken'],
}
const VERIFY: GuideStep = {
  title: 'A word that both sides know',
  text: ['Meta shows it when it checks the address. One was made for you; it is shown once more after connecting.'],
  fields: ['verifyToken'],
}

export const en = {
  title: 'Connect an account',
  signup: {
    title: 'Sign up with Meta',
    text: 'Meta’s own dialogue opens: there you choose the business account and the number, or make them. Nothing has to be copied; afterwards you are back here.',
    begin: 'Go to Meta’s dialogue',
    unknown: 'This sign-up was not begun in this tab, or was finished already.',
    turnedBack: 'The dialogue at Meta was left without sharing an account. Nothing was changed.',
    again: 'Begin again',
  },
  choose: 'What do you want to connect?',
  chooseIntro: 'Only business accounts can be connected: a personal WhatsApp number is refused.',
  otherWay: 'Another way',
  possible: 'Possible here',
  notHere: 'Not served by this installation yet',
  needs: 'What you need',
  happens: 'Good to know',
  ways: {
    new_number: {
      title: 'A new WhatsApp number',
      short: 'A number that is not used in the WhatsApp app. It is written with here alone.',
      intro:
        'The number is registered with Meta’s Cloud API and works here only. It cannot be used in the phone app at the same time.',
      needs: [
        'A Meta business portfolio.',
        'A number that can receive a call or an SMS, and is not registered in the WhatsApp app. If it is, delete the WhatsApp account of that number in the phone app first.',
        'An https address of this Parley that Meta can reach.',
      ],
      notes: [
        'It takes about a quarter of an hour.',
        'Without a verified business Meta allows 250 new conversations a day; answers to clients are not limited.',
      ],
    },
    coexistence: {
      title: 'A number from the WhatsApp Business app',
      short: 'It goes on working in the phone app, and here at the same time.',
      intro:
        'What is written in the phone app appears in the tasks, marked as such; what is written here appears in the phone app.',
      needs: [
        'The WhatsApp Business app (not the ordinary WhatsApp), version 2.24.17 or newer, with the number in use.',
        'A partner of Meta (Tech Provider or Solution Partner) whose sign-up dialogue connects the number; if this installation has an app of its own at Meta for it, that dialogue opens from here. Else Parley takes over from the moment when Meta has connected the number.',
        'An https address of this Parley that Meta can reach.',
      ],
      notes: [
        'Meta does not offer this in every country. As of March 2026 numbers of Nigeria (+234) and South Africa (+27) are excluded; the European Union, the United Kingdom, Australia, Japan, the Philippines, Russia, South Korea and Turkey were opened in October 2025. Meta’s own page is what counts.',
        'In the phone app disappearing messages, view once, live location and new broadcast lists are switched off; groups and calls stay in the app alone. Linked devices are unlinked once and can be linked again.',
        'At most 20 messages a second. The phone must be online at least once in two weeks, or Meta ends the connection.',
      ],
    },
    instagram: {
      title: 'An Instagram account',
      short: 'Direct messages of a professional account.',
      intro: 'Direct messages of an Instagram professional account come in as tasks.',
      needs: [
        'An Instagram professional account (business or creator).',
        'In the Instagram app: Settings → Messages and story replies → Message controls → Connected tools: access to messages is allowed.',
      ],
      notes: ['Free text can be sent for 24 hours after the client’s last message; there are no templates.'],
    },
    third_party: {
      title: 'A third-party service',
      short: 'WhatsApp through a provider such as 360dialog, Twilio, Gupshup or Wazzup.',
      intro: 'The number stays with the service; Parley speaks to its interface.',
      needs: ['An account at the service, and its API key.'],
      notes: [],
    },
  } satisfies Record<string, Way>,
  none: {
    title: 'This installation has no adapter for it yet',
    text: {
      new_number: 'No adapter of this installation connects a new number.',
      coexistence: 'No adapter of this installation connects a number of the phone app.',
      instagram:
        'Instagram accounts cannot be connected with this version. Nothing would arrive, so nothing is asked for.',
      third_party:
        'Numbers at third-party services cannot be connected with this version. Nothing would arrive, so nothing is asked for.',
    },
    instead: 'What you can do instead',
    options: {
      new_number: ['Update Parley, then look here again: adapters that are added appear by themselves.'],
      coexistence: ['Update Parley, then look here again: adapters that are added appear by themselves.'],
      instagram: [
        'Put a link to your WhatsApp number (https://wa.me/…) into the profile and into Instagram’s automatic reply: clients then write to a channel that is here.',
        'Update Parley later: an adapter that is added appears here by itself.',
        'Developers: an adapter is one folder in src/channels; src/channels/port.ts says what it has to do.',
      ],
      third_party: [
        'Connect the number with Meta directly. Most services let a number go: ask yours to release it from its WhatsApp Business account, then take “A new WhatsApp number”.',
        'Let the service forward what arrives to an incoming webhook of Parley, and start a scenario with it.',
        'Update Parley later: an adapter that is added appears here by itself.',
      ],
    },
    toWhatsApp: 'Connect a WhatsApp number',
    toWebhooks: 'Incoming webhooks',
  },
  service: 'Service',
  guides: {
    new_number: [
      APP,
      {
        title: 'The number',
        text: [
          'In WhatsApp → API setup add the number and verify it by SMS or a call.',
          'If the dashboard has not registered it for the Cloud API, register it with a two-step PIN of your choice.',
          'The two ids stand on that page. Neither is the phone number itself.',
        ],
        fields: ['phoneNumberId', 'wabaId'],
      },
      TOKEN,
      VERIFY,
    ],
    coexistence: [
      {
        title: 'In the phone app',
        text: [
          'Start the sign-up dialogue of your partner and choose to connect the existing WhatsApp Business app.',
          'In the app open Settings → Account → WhatsApp Business Platform and confirm, or scan the QR code that the dialogue shows.',
          'The app asks whether to share the chats of the last six months. Parley keeps what is shared as a record; it does not become tasks.',
        ],
        fields: [],
      },
      {
        ...APP,
        title: 'The app at Meta',
        text: ['The app with which the dialogue connected the number: your partner’s, or your own.'],
      },
      {
        title: 'The number',
        text: [
          'The dialogue tells the account id. The phone number id stands in WhatsApp Manager → Phone numbers.',
          'Do not register the number: with the phone app it must not be.',
        ],
        fields: ['phoneNumberId', 'wabaId'],
      },
      TOKEN,
      VERIFY,
    ],
  } as Record<string, GuideStep[]>,
  otherFields: 'What the service needs to know',
  here: 'Name it',
  hereText: 'As your team calls it; clients do not see it.',
  name: 'Name of the channel',
  namePlaceholder: 'Support',
  rare: 'More settings',
  makeAnother: 'Make another one',
  missing: 'Still to be filled in',
  simulated: 'No Meta account at hand?',
  simulatedText: 'This installation has a simulated Meta. A made-up number behaves like a real one and reaches nobody.',
  fillSimulated: 'Fill in a made-up number',
  simulatedName: 'Simulated number',
  check: 'Check',
  checkTitle: 'Check, then connect',
  checkText: 'The provider is asked about each of these. Nothing is stored, here or there.',
  checking: 'Asking the provider…',
  checkGood: 'Everything is in order.',
  checkBad: 'Something is not right yet. Mend what is red, then check again.',
  checkStale: 'Something was changed since. Check again.',
  create: 'Connect',
  createAnyway: 'Connect all the same',
  connecting: 'Connecting…',
  secretNote: 'Stored encrypted and never shown again.',
  connected: {
    title: (name: string) => `${name} is connected`,
    intro: 'What is left turns green by itself.',
    address: 'The webhook address is verified',
    addressWaits: 'Waiting until the webhook address is verified',
    addressText:
      'Parley has asked the provider to send the messages of this account here. It checks the address at once.',
    again: 'Ask again',
    dashboard: 'The other news of the account',
    dashboardText:
      'Messages come by themselves. For statuses of templates, quality, limits and disconnections open WhatsApp → Configuration in the app’s dashboard, enter this address and verify token, and subscribe to the fields below. One address serves every channel of the same app.',
    service: 'Events of the service arrive',
    serviceWaits: 'Waiting for the first event of the service',
    serviceText:
      'Enter this address at the service, where it asks for a webhook; where Parley could do that itself, it is there already. An address with a key in it is a secret: show it to nobody else.',
    elsewhere: 'At the provider',
    elsewhereText: 'Enter this address and this verify token where the app is set up, and subscribe to messages there.',
    fields: 'Fields to subscribe to',
    tokenOnce: 'The verify token is shown only now. A new one can be made at any time.',
    message: (number: string) => `Write to ${number} from your phone`,
    messageWaits: 'Waiting for the first message…',
    messageText: 'Any text will do. It arrives as a task, within a moment.',
    messageHere: 'The first message has arrived.',
    openTask: 'Open its task',
    toInbox: 'Open the inbox',
    toChannel: 'To the channel',
    done: 'All done: clients can write.',
    simulated: 'Open the simulated phone',
  },
}
