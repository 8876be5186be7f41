import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config.ts'
import { objectStorageIn } from '../../../src/object-storage.ts'
import { listingIn } from '../../../src/store/s3-answers.ts'

const WHOLE = {
  S3_ENDPOINT: 'https://s3.example.com/',
  S3_BUCKET: 'shop-files',
  S3_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  S3_SECRET_ACCESS_KEY: 'canary/secret+key',
}
const loaded = (environment: NodeJS.ProcessEnv) =>
  loadConfig({
    DATABASE_URL: 'postgres://x',
    TEMPORAL_ADDRESS: 'x:1',
    PARLEY_SECRET_KEY: 'a'.repeat(64),
    ...environment,
  }).objectStorage

describe('the settings of object storage', () => {
  it('none: files lie in the data directory; empty ones count as none', () => {
    expect([loaded({}), objectStorageIn({ S3_BUCKET: '', S3_PREFIX: '', PATH: 'x' })]).toEqual([null, null])
  })

  it('a storage of one’s own: the bucket’s name in the path, and any region', () => {
    const settings = {
      endpoint: 'https://s3.example.com',
      region: 'us-east-1',
      bucket: 'shop-files',
      accessKeyId: 'AKIAEXAMPLE',
      secretAccessKey: 'canary/secret+key',
      prefix: '',
      forcePathStyle: true,
    }
    expect([loaded(WHOLE), objectStorageIn(WHOLE)]).toEqual([settings, settings])
    const more = { ...WHOLE, S3_REGION: 'ru-central1', S3_PREFIX: 'shop/files', S3_FORCE_PATH_STYLE: 'false' }
    expect(objectStorageIn(more)).toEqual({
      ...settings,
      region: 'ru-central1',
      prefix: 'shop/files/',
      forcePathStyle: false,
    })
  })

  it('without an address: Amazon’s of the region, the bucket’s name in the host', () => {
    const { S3_ENDPOINT: _, ...rest } = WHOLE
    expect(objectStorageIn({ ...rest, S3_REGION: 'eu-central-1' })).toMatchObject({
      endpoint: 'https://s3.eu-central-1.amazonaws.com',
      forcePathStyle: false,
    })
  })

  it.each([
    [{ S3_BUCKET: 'shop-files' }, 'S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_ENDPOINT or S3_REGION not set'],
    [{ ...WHOLE, S3_SECRET_ACCESS_KEY: '' }, 'S3_SECRET_ACCESS_KEY not set'],
    [{ ...WHOLE, S3_BUCKET: undefined }, 'S3_BUCKET not set'],
    [{ S3_PREFIX: 'shop' }, 'S3_BUCKET, '],
    [{ S3_FORCE_PATH_STYLE: 'true' }, 'S3_BUCKET, '],
    [{ ...WHOLE, S3_ENDPOINT: 's3.example.com' }, 'S3_ENDPOINT: is no address'],
    [{ ...WHOLE, S3_ENDPOINT: 'ftp://s3.example.com' }, 'S3_ENDPOINT: is no address'],
    [{ ...WHOLE, S3_ENDPOINT: 'https://canary:secret@s3.example.com' }, 'without keys'],
    [{ ...WHOLE, S3_BUCKET: 'Shop_Files' }, 'S3_BUCKET: is no name'],
    [{ ...WHOLE, S3_PREFIX: '../other' }, 'S3_PREFIX: '],
    [{ ...WHOLE, S3_PREFIX: '/shop' }, 'S3_PREFIX: '],
    [{ ...WHOLE, S3_SECRET_ACCESS_KEY: 'canary secret\n' }, 'S3_SECRET_ACCESS_KEY: must be printable'],
    [{ ...WHOLE, S3_FORCE_PATH_STYLE: 'perhaps' }, 'S3_FORCE_PATH_STYLE: '],
  ])('half of it, or wrong: %j does not start', (environment, words) => {
    for (const read of [loaded, objectStorageIn]) {
      const said = failureOf(() => read(environment as NodeJS.ProcessEnv))
      expect(said).toContain(words)
      expect(said).not.toMatch(/canary/)
    }
  })
})

describe('a listing of the storage', () => {
  const page = (inside: string) => `<?xml version="1.0"?>\n<ListBucketResult xmlns="x">${inside}</ListBucketResult>\n`

  it('is read with what stands escaped in it', () => {
    const object = '<Contents><Key>a&amp;b&#x2F;c&#47;d</Key><ETag>&quot;1&quot;</ETag><Size>12</Size></Contents>'
    const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>1/&lt;x&gt;==</NextContinuationToken>'
    expect(listingIn(page(`${object}${object}${more}`))).toEqual({
      objects: [
        { name: 'a&b/c/d', size: 12 },
        { name: 'a&b/c/d', size: 12 },
      ],
      next: '1/<x>==',
    })
    expect(listingIn(page('<IsTruncated>false</IsTruncated>'))).toEqual({ objects: [], next: null })
  })

  it.each([
    '',
    '<html></html>',
    page('<Contents><Key>a</Key></Contents>'),
    page('<Contents><Size>1</Size></Contents>'),
    page('<IsTruncated>true</IsTruncated>'),
    page('<IsTruncated>false</IsTruncated>').slice(0, -30),
  ])('that is none, or not whole, is not believed: %j', (xml) => {
    expect(() => listingIn(xml)).toThrow()
  })
})

function failureOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return String(error)
  }
  return 'nothing was wrong'
}
