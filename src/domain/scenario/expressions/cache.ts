/**
 * Remembers what was made from a source, the `size` used last. The values follow from their sources alone, so whether
 * one came from here cannot be told.
 */
export function createCache<Value>(size: number): (source: string, make: () => Value) => Value {
  const entries = new Map<string, Value>()
  return (source, make) => {
    const known = entries.get(source)
    const value = known ?? make()
    entries.delete(source)
    entries.set(source, value)
    if (entries.size > size) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest)
        break
      }
    }
    return value
  }
}
