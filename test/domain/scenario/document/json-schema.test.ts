import Ajv from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { documentJsonSchema } from '../../../../src/domain/scenario/document/json-schema.ts'
import { readDocument } from '../../../../src/domain/scenario/document/read-document.ts'
import { ACTIONS } from '../../../../src/domain/scenario/document/step.ts'
import { EVERY_STEP, QUOTE_FOLLOW_UP, SEND_ADDRESS } from './examples.ts'

const schema = documentJsonSchema()
const validate = new Ajv.Ajv2020({ strict: false, validateFormats: false }).compile(schema)

describe('the JSON Schema', () => {
  it('is of the draft 2020-12, and has a title', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Parley scenario',
      required: ['id', 'name', 'trigger', 'steps'],
    })
    const { Step } = schema.$defs as { Step: { anyOf: { required: string[] }[] } }
    expect(ACTIONS.filter((action) => !Step.anyOf.some(({ required }) => required.includes(action)))).toEqual([])
  })

  it.each([
    ['the follow-up', QUOTE_FOLLOW_UP],
    ['the button', SEND_ADDRESS],
    ['every step', EVERY_STEP],
  ])('takes what is written, and what it was read into: %s', (_, text) => {
    const result = readDocument(text)
    for (const document of [parse(text), result.ok && result.document]) {
      validate(document)
      expect(validate.errors ?? []).toEqual([])
    }
  })

  it.each([
    ['an unknown key', { colour: 'red' }],
    ['an unknown event', { trigger: { event: 'nothing' } }],
    ['a step of two actions', { steps: [{ id: 'a', stop: true, tag: 'x' }] }],
    ['a repeat without max', { steps: [{ id: 'a', repeat: {}, steps: [] }] }],
    ['a wrong duration', { limits: { lifetime: '3 days' } }],
  ])('refuses %s', (_, change) => {
    expect(validate({ ...parse(SEND_ADDRESS), ...change })).toBe(false)
  })
})
