import { randomBytes } from 'node:crypto'
import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOfPayload } from '../src/store/payload-seal.ts'
import { secretBox } from '../src/store/secret-box.ts'
import { temporalDataConverter } from '../src/temporal-codec.ts'

const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)] as const
const codecOf = (keys: string[], encryption = true) => {
  const [codec] = temporalDataConverter(secretBox(keys), { encryption }).payloadCodecs ?? []
  if (!codec) throw new Error('there is no codec')
  return codec
}
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload
const readBack = (payload: Payload | undefined) => defaultPayloadConverter.fromPayload(payload as Payload)
const legible = (payloads: Payload[]) =>
  payloads.flatMap(({ metadata, data }) => [...Object.values(metadata ?? {}), data ?? new Uint8Array()])

describe('the codec', () => {
  it('seals whatever there is, and opens it again', async () => {
    const codec = codecOf([OLD])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json()), async (texts) => {
        const payloads = texts.map((text) => payloadOf(JSON.parse(text)))
        const sealed = await codec.encode(payloads)
        expect((await codec.decode(sealed)).map(readBack)).toEqual(texts.map((text) => JSON.parse(text)))
      }),
    )
    for (const value of [undefined, null, randomBytes(1000)]) {
      const [opened] = await codec.decode(await codec.encode([payloadOf(value)]))
      const back = readBack(opened)
      expect(back instanceof Uint8Array ? Buffer.from(back) : back).toEqual(value)
    }
  })

  it('leaves nothing to read outside but the name of the key', async () => {
    const sealed = await codecOf([OLD]).encode([payloadOf({ planted: 'canary' })])
    const text = Buffer.concat(legible(sealed).map((bytes) => Buffer.from(bytes))).toString('latin1')
    expect(text).not.toContain('canary')
    expect(text).not.toContain('planted')
    expect(text).not.toContain('json')
    expect(sealed.map((one) => keyOfPayload(secretBox([NEW]), one))).toEqual(secretBox([OLD]).keys)
    const again = await codecOf([OLD]).encode([payloadOf({ planted: 'canary' })])
    expect(Buffer.from(again[0]?.data ?? []).equals(Buffer.from(sealed[0]?.data ?? []))).toBe(false)
  })

  it('switched off, seals nothing, and opens what was sealed', async () => {
    const off = codecOf([OLD], false)
    const plain = payloadOf({ n: 1 })
    expect(await off.encode([plain])).toEqual([plain])
    expect(readBack((await off.decode(await codecOf([OLD]).encode([plain])))[0])).toEqual({ n: 1 })
    // And switched on, it reads what was never sealed.
    expect(await codecOf([OLD]).decode([plain])).toEqual([plain])
  })

  it('opens with an earlier key, seals with the newest, and refuses what is not its own', async () => {
    const sealed = await codecOf([OLD]).encode([payloadOf('x')])
    const both = codecOf([NEW, OLD])
    expect(readBack((await both.decode(sealed))[0])).toBe('x')
    const [fresh] = await both.encode([payloadOf('y')])
    expect(keyOfPayload(secretBox([OLD]), fresh as Payload)).toBe(secretBox([NEW]).keys[0])
    await expect(codecOf([NEW]).decode(sealed)).rejects.toThrow('key that is not given')
    const data = Buffer.from(sealed[0]?.data ?? [])
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1
    await expect(both.decode([{ ...sealed[0], data }])).rejects.toThrow()
  })
})
