/** A page in Prometheus' text format, as a scraper reads it. */
export interface Scraped {
  /** every metric that is described, with its type */
  types: Map<string, string>
  samples: { name: string; labels: Record<string, string>; value: number }[]
  /** the one sample with these labels, among others; NaN where there is none */
  value(name: string, labels?: Record<string, string>): number
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/g

/** @throws on a line that is none of the format's */
export function readPrometheus(text: string): Scraped {
  const types = new Map<string, string>()
  const samples: Scraped['samples'] = []
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line)
    if (type) types.set(type[1] as string, type[2] as string)
    if (line.startsWith('#')) continue
    const [, name, labels = '', value] = LINE.exec(line) ?? []
    if (!name || value === undefined) throw new Error(`no line of Prometheus: ${line}`)
    const pairs = [...labels.matchAll(LABEL)].map((match) => [match[1] as string, match[2] as string])
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value.replace('Inf', 'Infinity')) })
  }
  return {
    types,
    samples,
    value(name, wanted = {}) {
      const found = samples.filter(
        (one) => one.name === name && Object.entries(wanted).every(([key, value]) => one.labels[key] === value),
      )
      return found.length === 1 ? (found[0]?.value ?? Number.NaN) : Number.NaN
    },
  }
}

export const scrape = async (address: string): Promise<Scraped> => {
  const response = await fetch(address)
  if (response.status !== 200) throw new Error(`${address} answered ${response.status}`)
  return readPrometheus(await response.text())
}
