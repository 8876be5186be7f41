const count = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`

export const en = {
  shown: {
    label: 'What is shown',
    parts: { all: 'Everything', messages: 'Messages with the client', internal: 'Internal comments', events: 'Events' },
    only: {
      messages: 'Only messages with the client are shown: internal comments and events are hidden.',
      internal: 'Only internal comments are shown: messages with the client and events are hidden.',
      events: 'Only events are shown: messages and comments are hidden.',
    },
    showAll: 'Show everything',
    nothing: 'Nothing of this kind here.',
    day: 'Go to a day',
    noEntry: 'This entry is not in this conversation any more.',
  },
  unread: {
    line: 'New',
    jump: (n: number) => (n > 0 ? count(n, 'unread message', 'unread messages') : 'Unread messages'),
    pill: (n: number) => count(n, 'new message', 'new messages'),
    marked: 'Unread from here on. It stays so until you open the task again.',
  },
  entry: {
    menu: (author: string) => `More for the entry of ${author}`,
    title: 'Entry',
    copyText: 'Copy text',
    copyLink: 'Copy link',
    unread: 'Mark unread from here',
    why: 'Why did this happen?',
    earlier: 'See earlier wordings',
    copied: 'Copied.',
    notCopied: 'The browser did not let us copy.',
  },
  hold: {
    leavesIn: (seconds: number) =>
      seconds > 90 ? `Leaves in ${Math.ceil(seconds / 60)} min` : `Leaves in ${seconds} s`,
    leaves: 'Leaves now',
    until: (time: string) => `It leaves at ${time}`,
    undo: 'Undo',
    sendNow: 'Send now',
    undone: 'Taken back before it left',
    back: 'Taken back. The text is in the composer.',
  },
  parked: {
    channel_paused: 'The channel is paused. This leaves when it is resumed.',
    other: (why: string) => `It waits: ${why}`,
  },
  trouble: {
    twice:
      'The client may have got this twice: nobody could say whether it had left, and its author wanted it sent again.',
    onlyRepair: 'Somebody who may repair sends can decide what became of it.',
  },
  marks: {
    frequently: 'Forwarded many times',
    replyToBulk: 'Answers a mailing',
    replyToCampaign: (name: string) => `Answers the mailing “${name}”`,
    seeBulk: 'See what it answers',
    list: 'Chose from a list',
    flow: 'Filled in a form',
    order: 'Order',
    product: 'Asks about a product',
    template: (name: string) => `Template “${name}”`,
    opens: 'opens',
  },
  changes: {
    optedOut: 'The client wants no marketing messages any more',
    optedIn: 'The client allows marketing messages again',
    number: (from: string, to: string) => `The client changed their number: ${from} → ${to}`,
    otherConversation: 'The client changed their number and writes in another conversation',
    changed: (by: string, what: string) => `${by} changed ${what}`,
    value: (field: string, from: string, to: string) => `${field}: ${from} → ${to}`,
    none: 'nothing',
    fields: { title: 'title', dueAt: 'due date' } as Record<string, string>,
  },
  announce: { failed: (text: string, why: string) => `Not delivered: ${text}. ${why}` },
  errors: {
    already_sent: 'It is too late: the message has left.',
    not_held: 'It is not held any more.',
  },
}
