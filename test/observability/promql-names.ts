/** The metrics that an expression of Prometheus names, each as its TYPE line calls it. `up` is Prometheus' own. */
export function metricsIn(expression: string): string[] {
  const withoutWords = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  const names = withoutWords.match(/\b(?:parley|process|nodejs|temporal)_[a-z0-9_]+/g) ?? []
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))]
}
