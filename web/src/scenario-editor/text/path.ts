/** Keys and indexes from the top of the document. */
export type Path = readonly (string | number)[]

/** `steps[0].wait.timeout`, as findings name a place; back into its parts. What is no such text is the whole document. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = []
  const part = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.[\]]+)/gy
  while (part.lastIndex < text.length) {
    const match = part.exec(text)
    if (!match) return path
    const [, index, quoted, name] = match
    if (index !== undefined) path.push(Number(index))
    else path.push(quoted === undefined ? (name ?? '') : unquoted(quoted))
  }
  return path
}

function unquoted(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text
  }
}

export const samePath = (a: Path, b: Path): boolean => a.length === b.length && isWithin(a, b)

/** Whether a path is the other one, or leads to something inside it. */
export const isWithin = (path: Path, above: Path): boolean =>
  above.length <= path.length && above.every((part, at) => part === path[at])

/** A path as a key of a map or of React. */
export const pathKey = (path: Path): string => path.join('\u0000')
