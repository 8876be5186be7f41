import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { watchSignals, watchUnstored } from '../../src/observability/signal-gauges.ts'
import { WATCHED_QUEUES } from '../../src/store/watch/read-queues.ts'
import { type Api, openApi } from '../http/api.ts'
import { readPrometheus, type Scraped } from './prometheus-text.ts'
import { metricsIn } from './promql-names.ts'

/** The dashboard and the alerts speak of figures that exist. Those of the engine are looked at in worker.test.ts. */

const read = (path: string) => readFileSync(join(import.meta.dirname, '../../ops', path), 'utf8')
const dashboard = JSON.parse(read('grafana/parley.json'))
const alerts = parse(read('prometheus/alerts.yml')) as {
  groups: {
    name: string
    rules: {
      alert: string
      expr: string
      for?: string
      labels: { severity: string }
      annotations: Record<string, string>
    }[]
  }[]
}
const rules = alerts.groups.flatMap((group) => group.rules)
const panels: { title: string; description?: string; targets?: { expr: string }[]; gridPos: Record<string, number> }[] =
  dashboard.panels
const queries = panels.flatMap((panel) => (panel.targets ?? []).map(({ expr }) => [panel.title, expr] as const))

let api: Api
let page: Scraped
beforeAll(async () => {
  api = await openApi()
  watchSignals({ waiting: 0, problem: () => null })
  watchUnstored({ count: 0 })
  // The first request is counted when it has been answered.
  await api.ask('/healthz')
  page = readPrometheus((await api.ask('/metrics')).text)
})
afterAll(() => api.close())

const missing = (expression: string) =>
  metricsIn(expression).filter((name) => !name.startsWith('temporal_') && !page.types.has(name))

describe('the dashboard', () => {
  it('has queries in every panel that is no row, and each panel a place of its own', () => {
    expect(queries.length).toBeGreaterThan(20)
    const shown = panels.filter((panel) => panel.targets !== undefined)
    expect(shown.filter(({ targets, description }) => !targets?.length || !description)).toEqual([])
    const places = panels.map(({ gridPos }) => `${gridPos.x} ${gridPos.y}`)
    expect(new Set(places).size).toBe(places.length)
  })

  it.each(queries)('%s: %s', (_, expression) => {
    expect(metricsIn(expression).length).toBeGreaterThan(0)
    expect(missing(expression)).toEqual([])
  })

  it('chooses among jobs by a figure that exists', () => {
    const [, job] = dashboard.templating.list
    expect(missing(job.definition)).toEqual([])
  })
})

describe('the alerts', () => {
  it('have names of their own, a severity, and words', () => {
    expect(rules.length).toBeGreaterThan(15)
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    for (const rule of rules) {
      expect(rule.alert).toMatch(/^Parley[A-Z][A-Za-z]+$/)
      expect(['critical', 'warning']).toContain(rule.labels.severity)
      expect([rule.alert, rule.annotations.summary ? 'said' : '', rule.annotations.action ? 'said' : '']).toEqual([
        rule.alert,
        'said',
        'said',
      ])
      if (rule.for !== undefined) expect(rule.for).toMatch(/^\d+[smh]$/)
    }
  })

  it.each(rules.map(({ alert, expr }) => [alert, expr] as const))('%s: %s', (_, expression) => {
    expect(metricsIn(expression).length).toBeGreaterThan(0)
    expect(missing(expression)).toEqual([])
    for (const [open, close] of ['()', '{}', '[]'] as const)
      expect(expression.split(open as string).length).toBe(expression.split(close as string).length)
  })
})

it('speak only of queues, states and ages that are told', () => {
  const expressions = [...queries.map(([, expr]) => expr), ...rules.map(({ expr }) => expr)]
  const labelled = (label: string) =>
    new Set(expressions.flatMap((one) => [...one.matchAll(new RegExp(`\\b${label}="([^"]+)"`, 'g'))].map((m) => m[1])))
  const queues: ReadonlySet<string | undefined> = new Set(WATCHED_QUEUES)
  expect([...labelled('queue')].filter((name) => !queues.has(name))).toEqual([])
  expect(labelled('queue').size).toBeGreaterThan(8)
  const told = (name: string, label: string) =>
    new Set(page.samples.filter((one) => one.name === name).map(({ labels }) => labels[label]))
  expect([...labelled('seconds')].filter((age) => !told('parley_deliveries_older_than', 'seconds').has(age))).toEqual(
    [],
  )
})

it('read names out of expressions', () => {
  expect(
    metricsIn('sum by (le, queue) (rate(parley_a_bucket{queue="parley_no"}[5m])) > 1.5e9 and on (job) up'),
  ).toEqual(['parley_a'])
  expect(metricsIn('histogram_quantile(0.9, parley_b_seconds_count) or parley_c_total')).toEqual([
    'parley_b_seconds',
    'parley_c_total',
  ])
})
