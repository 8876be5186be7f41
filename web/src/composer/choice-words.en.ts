export const en = {
  settings: {
    key: 'Send with',
    keys: { 'mod-enter': 'Ctrl+Enter (⌘+Enter)', enter: 'Enter' },
    newline: 'Shift+Enter begins a new line.',
    undo: 'Messages to the client can be taken back',
    seconds: (n: number) => (n === 0 ? 'not at all: they leave at once' : `for ${n} seconds`),
    here: 'Kept in this browser.',
  },
  overtaken: {
    title: (name: string) => `${name} has written to the client while you were writing`,
    phone: 'Somebody has written to the client in the phone app while you were writing',
    ask: 'Does yours still have to go?',
    send: 'Send mine too',
    comment: 'Keep it as a comment',
    discard: 'Discard mine',
  },
  info: {
    title: (channel: string) => `${channel} takes`,
    kinds: {
      image: 'Pictures',
      video: 'Films',
      audio: 'Sound',
      voice: 'Voice messages',
      document: 'Documents',
      sticker: 'Stickers',
    } as Record<string, string>,
    upTo: (size: string) => `up to ${size}`,
    text: (n: number) => `Text up to ${n} characters`,
    features: {
      quotes: 'quotes',
      reactions: 'clients’ reactions',
      buttons: 'buttons',
      templates: 'templates',
    },
    missing: (features: string[]) => `Not available here: ${features.join(', ')}`,
    noQuotes: 'The client will not see which message this answers.',
  },
}
