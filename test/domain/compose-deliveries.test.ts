import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ComposedDelivery,
  type Composition,
  composeDeliveries,
  type FreeBody,
} from '../../src/domain/compose-deliveries.ts'
import type { AttachmentId, ProviderMessageId } from '../../src/domain/ids.ts'
import { MEDIA_KINDS, type MediaKind } from '../../src/domain/message.ts'

const rules = { maxCaptionLength: 10, captionKinds: ['image', 'video', 'document'] as MediaKind[] }
const file = (media: MediaKind, id: string = media) => ({ id: id as AttachmentId, media, name: `${id}.bin` })
const quoted = 'wamid.q' as ProviderMessageId

/** `text`, `image(caption)`, `image` – short for the table. */
const short = ({ body }: ComposedDelivery<FreeBody>) =>
  body.kind === 'text' ? `"${body.text}"` : body.caption === null ? body.media : `${body.media}(${body.caption})`

describe('which messages a comment becomes', () => {
  it.each<[string | null, MediaKind[], string[]]>([
    ['Hi', [], ['"Hi"']],
    ['Hi', ['image'], ['image(Hi)']],
    ['Hi', ['image', 'video'], ['image(Hi)', 'video']],
    ['Hi', ['audio'], ['"Hi"', 'audio']],
    ['Hi', ['voice'], ['"Hi"', 'voice']],
    ['Hi', ['sticker'], ['"Hi"', 'sticker']],
    ['Hi', ['audio', 'document'], ['audio', 'document(Hi)']],
    ['exactly 10', ['image'], ['image(exactly 10)']],
    ['eleven char', ['image'], ['"eleven char"', 'image']],
    ['😀😀😀😀😀😀', ['image'], ['"😀😀😀😀😀😀"', 'image']],
    [null, ['image', 'audio'], ['image', 'audio']],
  ])('%j with %j', (text, kinds, expected) => {
    const composed = composeDeliveries({ text, attachments: kinds.map((kind) => file(kind)), quoted: null }, rules)
    expect(composed.map(short)).toEqual(expected)
  })

  it('names documents only: other kinds have no name at the provider', () => {
    const composed = composeDeliveries({ text: null, attachments: [file('document'), file('image')], quoted }, rules)
    expect(composed).toEqual([
      {
        body: { kind: 'media', attachmentId: 'document', media: 'document', caption: null, fileName: 'document.bin' },
        quoted,
      },
      { body: { kind: 'media', attachmentId: 'image', media: 'image', caption: null, fileName: null }, quoted: null },
    ])
  })

  const composition: fc.Arbitrary<Composition> = fc.record({
    text: fc.option(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), { nil: null }),
    attachments: fc
      .array(fc.constantFrom(...MEDIA_KINDS), { maxLength: 6 })
      .map((kinds) => kinds.map((kind, i) => file(kind, `${i}`))),
    quoted: fc.constantFrom(null, quoted),
  })

  it('loses no text and no file, keeps the order, and quotes once', () => {
    fc.assert(
      fc.property(composition, (comment) => {
        const composed = composeDeliveries(comment, rules)
        const texts = composed.flatMap(({ body }) => (body.kind === 'text' ? [body.text] : (body.caption ?? [])))
        expect(texts).toEqual(comment.text === null ? [] : [comment.text])
        const sent = composed.flatMap(({ body }) => (body.kind === 'media' ? [body.attachmentId] : []))
        expect(sent).toEqual(comment.attachments.map(({ id }) => id))
        for (const { body } of composed) {
          if (body.kind !== 'media' || body.caption === null) continue
          expect(rules.captionKinds).toContain(body.media)
          expect(body.caption.length).toBeLessThanOrEqual(rules.maxCaptionLength)
        }
        // A text of its own goes first: it introduces the files.
        expect(composed.findIndex(({ body }) => body.kind === 'text')).toBeLessThanOrEqual(0)
        expect(composed.map((part) => part.quoted)).toEqual(composed.map((_, i) => (i === 0 ? comment.quoted : null)))
      }),
    )
  })
})
