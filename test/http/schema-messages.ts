import type { Routes } from '../../src/http/context.ts'

/** Every message that a schema of a route gives in words of its own, for whatever comes with a request. */
export function messagesOf(app: Routes): Set<string> {
  const found = new Set<string>()
  const seen = new Set<object>()
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    seen.add(value)
    if ('_zod' in value) {
      const { def } = value._zod as { def: Record<string, unknown> }
      const { error } = def
      if (typeof error === 'function') {
        const message: unknown = error({ code: 'custom', input: undefined, path: [] })
        if (typeof message === 'string') found.add(message)
      }
      visit(def)
      return
    }
    const parts = value instanceof Map || value instanceof Set ? [...value.values()] : Object.values(value)
    for (const part of parts) visit(part)
  }
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type === 'route') visit(definition.route.request)
  }
  return found
}
