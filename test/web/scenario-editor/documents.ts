import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

const gallery = join(import.meta.dirname, '../../../docs/gallery')

export const galleryDocument = (name: string): string => readFileSync(join(gallery, `${name}.yaml`), 'utf8')

/** The two documents of the format, as they are written there. */
const ofTheFormat = {
  'format: a scenario': String.raw`id: quote-follow-up
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
`,
  'format: a button': `id: send-address
name: Send our address
trigger:
  button: { label: Send address, confirm: true, inputs: [ { name: branch, type: choice, options: [north, south] } ] }
  when: { field: task.status.active, is: true }
vars: { addresses: { type: map, default: { north: '1 North St', south: '2 South St' } } }
steps:
  - id: s1
    sendText: { text: 'Our address: {{ vars.addresses[inputs.branch] }}', ifWindowClosed: { template: { name: address, language: ru, body: ['{{ inputs.branch }}'] } } }
`,
}

/** Written in ways that people and programs write. */
const odd = {
  'lists not set in, comments everywhere': `# head

id: odd   # the id
name: >-
  A folded
  name
trigger:   # what starts it
  # only this one
  event: message.received
  kinds:
  - text   # words
  - image

  # conditions
  when:
    all:
    # first
    - field: event.text
      contains: 'it''s'   # an apostrophe

    - {field: "channel.kind" , is: whatsapp}   # tight
vars:
  empty:
  one: {type: string,
        default: "a \\" b"}   # over two lines
steps:
# before the first
- id: a   # first
  sendText:
    text: |
      Hello {{ contact.name }},

      # not a comment
    # inside the first
- # beside a dash
  id: b
  if: {field: event.text, exists: true}
  then: []   # nothing yet
  else:
  - id: c
    stop: true
  # behind the last
# the end
`,
  'anchors and aliases': `id: shared
name: &n Shared
trigger: { event: message.received, when: &w { field: event.text, is: x } }
steps:
  - id: one
    if: *w
    then: &branch
      - { id: two, tag: vip } # tagged
    # a comment
  - id: three
    if: { all: [*w, { field: contact.tags, contains: *n }] }
    then: []
`,
  'flow over several lines': `{
  id: flow, # the id
  name: Flow,
  trigger: { event: message.received },
  steps: [
    { id: a, stop: true }, # ends
    # a comment
    {
      id: b,
      comment: { text: "Hello, \\u00e9" },
    },
  ],
}
`,
  'no line break at the end':
    'id: short\nname: Short\ntrigger: { event: task.created }\nsteps: [{ id: a, stop: true }]',
}

const withName = Object.fromEntries(
  readdirSync(gallery)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, galleryDocument(file.replace('.yaml', ''))]),
)

const yaml: Record<string, string> = { ...withName, ...ofTheFormat, ...odd }

const asJson = (name: string, indent: string | number) => JSON.stringify(parse(yaml[name] ?? ''), null, indent)

/** Every document that the editor is tried on, by a name. */
export const documents: Record<string, string> = {
  ...yaml,
  'JSON, two spaces': `${asJson('quote-follow-up.yaml', 2)}\n`,
  'JSON, tabs': asJson('rating-after-closing.yaml', '\t'),
  'JSON on one line': asJson('format: a button', 0),
  'Windows line breaks': galleryDocument('greeting-out-of-hours').replaceAll('\n', '\r\n'),
  'Windows line breaks, odd': (odd['lists not set in, comments everywhere'] ?? '').replaceAll('\n', '\r\n'),
}
