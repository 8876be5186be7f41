/** The few words of S3's XML that the file store needs. What they hold are names of ours, numbers and the storage's own codes. */

/** The code of an error answer, such as `NoSuchKey`; null: this is none. */
export function errorCodeIn(xml: string): string | null {
  if (!/<Error[\s>]/.test(xml)) return null
  return /<Code>\s*([A-Za-z0-9.]{1,64})\s*<\/Code>/.exec(xml)?.[1] ?? null
}

export interface Listing {
  objects: { name: string; size: number }[]
  /** asks for the next page; null: this was the last */
  next: string | null
}

/** @throws where the answer is no listing: a part of one must not pass for the whole */
export function listingIn(xml: string): Listing {
  if (!/<ListBucketResult[\s>]/.test(xml) || !/<\/ListBucketResult>\s*$/.test(xml)) {
    throw new Error('the storage answered with something that is no listing')
  }
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, object = '']) => {
    const name = textOf(object, 'Key')
    const size = Number(textOf(object, 'Size') ?? Number.NaN)
    if (name === null || !Number.isSafeInteger(size))
      throw new Error('the storage lists an object without name or size')
    return { name, size }
  })
  const goesOn = textOf(xml, 'IsTruncated') === 'true'
  const next = textOf(xml, 'NextContinuationToken')
  if (goesOn && !next) throw new Error('the storage breaks off a listing and does not say how it goes on')
  return { objects, next: goesOn ? next : null }
}

function textOf(xml: string, element: string): string | null {
  const text = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]
  return text === undefined ? null : unescaped(text)
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescaped = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name) return NAMED[name.toLowerCase()] ?? whole
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole
  })
