/** A scenario that this installation can run. */
export const scenario = (id: string, parts: object = {}) => ({
  id,
  name: `About ${id}`,
  trigger: { event: 'message.received' },
  steps: [{ id: 'mark', tag: 'seen' }],
  ...parts,
})

export const YAML = `id: greet
name: Greet
trigger: { event: message.received, when: { field: event.text, contains: hello } }
steps:
  - id: hi
    sendText: { text: Hello }   # friendly
`
