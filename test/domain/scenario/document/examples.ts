/** The two examples of the scenario format. */
export const QUOTE_FOLLOW_UP = String.raw`id: quote-follow-up
name: Remind about a quote
trigger:
  event: task.status_changed
  when: { all: [ { field: event.to, is: quote_sent }, { field: channel.kind, is: whatsapp } ] }
concurrency: restart            # skip | restart | queue | parallel
priority: 10
limits: { messages: 3, lifetime: 30d }
vars: { amount: { type: string, default: '' } }
steps:
  - id: w1
    wait: { for: [message.received], timeout: 2bd, calendar: sales }
    onTimeout:
      - id: remind
        sendTemplate: { name: quote_reminder, language: auto, body: ['{{ contact.firstName }}', '{{ task.fields.amount }}'] }
      - id: w2
        wait: { for: [message.received], timeout: 5d }
        onTimeout: [ { id: close, setStatus: no_answer }, { id: end, stop: true } ]
  - id: answered
    if: { any: [ { field: event.text, matches: '(?i)(^|\P{L})(yes|ok|да)(\P{L}|$)' }, { cel: 'event.buttonPayload == "accept"' } ] }
    then: [ { id: take, assign: { rule: least_busy, group: sales } } ]
    else: [ { id: note, comment: { text: 'Client answered, please read', notify: [assignee] } } ]
`

export const SEND_ADDRESS = `id: send-address
name: Send our address
trigger:
  button: { label: Send address, confirm: true, inputs: [ { name: branch, type: choice, options: [north, south] } ] }
  when: { field: task.status.active, is: true }
vars: { addresses: { type: map, default: { north: '1 North St', south: '2 South St' } } }
steps:
  - id: s1
    sendText: { text: 'Our address: {{ vars.addresses[inputs.branch] }}', ifWindowClosed: { template: { name: address, language: ru, body: ['{{ inputs.branch }}'] } } }
`

/** A document around some steps; started by a message where nothing else is said. */
export const around = (steps: string, top = 'trigger: { event: message.received }') =>
  `id: one\nname: One\n${top}\nsteps:\n${steps.replace(/^\n/, '').trimEnd()}\n`

/** Every action once, and every key of its own. */
export const EVERY_STEP = around(
  `
  - { id: a1, sendText: { text: Hi, ifWindowClosed: park, delivery: at_least_once, hold: 30s } }
  - { id: a2, sendTemplate: { name: t, language: en_US, header: [{ link: 'https://x.test/a.png' }], body: { name: Ann }, buttons: [{ index: 0, value: x }] } }
  - { id: a3, sendInteractive: { text: Pick, buttons: [{ id: y, title: 'Yes' }] } }
  - { id: a4, sendInteractive: { text: Pick, list: { button: Open, sections: [{ rows: [{ id: r, title: Row }] }] } } }
  - { id: a5, sendFile: { attachmentId: '0190', caption: Here } }
  - { id: a6, sendQuickReply: { quickReply: hello } }
  - { id: b1, openTask: { template: Sales, title: 'New {{ contact.name }}', ifActive: open } }
  - { id: b2, setStatus: waiting }
  - { id: b3, setField: { field: amount, value: { cel: '1 + 1' } } }
  - { id: b4, assign: { employee: 'ann@x.test', mode: add } }
  - { id: b5, addParticipants: { groups: [sales] } }
  - { id: b6, comment: { text: Look, notify: [assignee, { employee: 'ann@x.test' }] } }
  - { id: b7, close: { status: done } }
  - { id: c1, setContactField: { field: city, value: Oslo } }
  - { id: c2, tag: vip }
  - { id: c3, untag: vip }
  - { id: c4, optOut: true }
  - id: d1
    switch: event.kind
    cases: [{ is: text, then: [{ id: d1a, tag: a }] }, { in: [image, video], then: [] }]
    else: [{ id: d1b, tag: b }]
  - id: d2
    waitAny:
      branches:
        - { for: [message.received], then: [{ id: d2a, tag: a }] }
        - { for: [{ event: task.status_changed, when: { field: event.to, is: done } }], then: [] }
      timeout: 4bh
      calendar: sales
    onTimeout: [{ id: d2b, tag: b }]
    onInterrupt: { humanReply: pause }
  - id: d3
    repeat: { max: 3, while: { field: vars.n, lt: 3 } }
    steps: [{ id: d3a, wait: { for: [message.received], debounce: 10s, timeout: 1h } }]
  - { id: d4, call: { scenario: other, with: { a: 1 }, into: m } }
  - { id: d5, find: { tasks: { field: task.fields.amount, gt: 5 }, limit: 10, into: l } }
  - { id: d6, start: { scenario: other, each: vars.l } }
  - { id: d7, cancel: { scenario: other } }
  - id: e1
    http: { endpoint: crm, method: GET, path: /a, query: { q: '{{ contact.name }}' }, timeout: 5s, retries: 1, response: { ok: { type: boolean } }, into: m }
    onError: [{ id: e1a, tag: failed }]
  - { id: e2, emit: { event: sold, data: { amount: '{{ vars.n }}' } } }
  - { id: f1, set: { n: 1 } }
  - { id: d8, wait: { until: open, calendar: sales } }
  - { id: d9, if: { field: vars.n, is: 1 }, then: [{ id: d9a, handoff: { to: { group: sales }, note: Please } }], else: [{ id: d9b, stop: true }] }
`,
  'trigger: { event: message.received }\nvars: { n: { type: number, default: 0 }, m: { type: map }, l: { type: list } }',
)
