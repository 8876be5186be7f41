/**
 * Does a piece of work for each item, so many at once, in their order. After a failure no other one is begun, and those
 * under way end before it is told: whoever clears up afterwards is alone.
 * @throws the first failure
 */
export async function sideBySide<T>(
  items: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let failure: { error: unknown } | null = null
  const some = async () => {
    try {
      while (!failure) {
        const next = await rest.next()
        if (next.done) return
        await work(next.value)
      }
    } catch (error) {
      failure ??= { error }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, some))
  const failed = failure as { error: unknown } | null
  if (!failed) return
  await rest.return?.()
  throw failed.error
}
