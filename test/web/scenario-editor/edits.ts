import fc from 'fast-check'
import type { Edit } from '../../../web/src/scenario-editor/text/edit.ts'
import { isJsonMap, isList, type Json } from '../../../web/src/scenario-editor/text/json.ts'
import { isWithin, type Path } from '../../../web/src/scenario-editor/text/path.ts'

/** Every place of a document, the top left out. */
export function pathsOf(value: Json, path: Path = []): Path[] {
  const inside = isList(value)
    ? value.map((item, at) => [[...path, at], item] as const)
    : isJsonMap(value)
      ? Object.entries(value).map(([key, item]) => [[...path, key], item] as const)
      : []
  return inside.flatMap(([at, item]) => [at, ...pathsOf(item, at)])
}

const text = fc.oneof(
  fc.constantFrom(
    'plain',
    'two words',
    "it's",
    'say "yes"',
    `both ' and "`,
    'a: b',
    'a #b',
    '# no comment',
    '- dash',
    '[x]',
    '{{ contact.name | default: "there" }}',
    'true',
    'no',
    '12',
    '007',
    '1e3',
    '0x1f',
    '2026-05-01',
    '~',
    '',
    ' led',
    'trailing ',
    'two\nlines',
    'two\n\nlines\n',
    '  set in\nlines',
    'tab\there',
    'back\\slash',
    '(?i)(^|\\P{L})(да)(\\P{L}|$)',
    'Здравствуйте, {{ contact.firstName }}!',
    '👩‍👩‍👧 family',
    '&anchor',
    '*alias',
    '!tag',
    '%percent',
    '@at',
    '`tick',
    'key:',
    '? ask',
    '| bar',
    '> more',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)

const key = fc.constantFrom(
  'text',
  'name',
  'a',
  'note',
  'is',
  'x_1',
  'with space',
  'true',
  '12',
  'ключ',
  'then',
  '- a',
  'a: b',
)

export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.constantFrom<Json>(null, true, false, 0, 1, -3.5, 1000),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

const ORDER = ['id', 'name', 'trigger', 'vars', 'wait', 'then', 'else', 'onTimeout', 'steps']

/** Some change that the document can undergo. */
export function someEdit(value: Json): fc.Arbitrary<Edit> {
  const paths = pathsOf(value)
  const at = (path: Path): Json | undefined =>
    path.reduce<Json | undefined>((inner, part) => (inner as Record<string | number, Json> | undefined)?.[part], value)
  const inMaps = paths.filter((path) => typeof path.at(-1) === 'string')
  const inLists = paths.filter((path) => typeof path.at(-1) === 'number')
  const maps: Path[] = [[], ...paths.filter((path) => isJsonMap(at(path)))]
  const lists = paths.filter((path) => isList(at(path)))
  const edits: fc.Arbitrary<Edit>[] = [
    fc.record({
      do: fc.constant('set' as const),
      path: oneOf(maps).chain((map) => key.map((name) => [...map, name])),
      value: json,
      order: fc.constantFrom(ORDER, []),
    }),
  ]
  if (paths.length > 0) {
    edits.push(fc.record({ do: fc.constant('set' as const), path: oneOf(paths), value: json }))
    edits.push(fc.record({ do: fc.constant('remove' as const), path: oneOf(paths) }))
  }
  if (lists.length > 0) {
    edits.push(
      oneOf(lists).chain((path) =>
        fc.record({
          do: fc.constant('insert' as const),
          path: fc.constant(path),
          index: fc.nat((at(path) as Json[]).length),
          value: json,
        }),
      ),
    )
  }
  if (inMaps.length > 0) {
    edits.push(
      fc
        .record({ do: fc.constant('rename' as const), path: oneOf(inMaps), key })
        .filter(({ path, key: name }) => !Object.hasOwn(at(path.slice(0, -1)) as object, name)),
    )
  }
  if (inLists.length > 0) edits.push(oneOf(inLists).chain((from) => someMove(value, from, lists)))
  return fc.oneof(...edits)
}

/** To a list that is not inside what is moved; its path and the index are as they are afterwards. */
function someMove(value: Json, from: Path, lists: readonly Path[]): fc.Arbitrary<Edit> {
  const above = from.slice(0, -1)
  const index = from.at(-1) as number
  const targets = lists.filter((list) => !isWithin(list, from))
  return oneOf(targets).chain((list) => {
    const within = list.length >= from.length && isWithin(list, above)
    const sibling = list[above.length]
    const to = within && typeof sibling === 'number' && sibling > index ? list.with(above.length, sibling - 1) : list
    const there = list.reduce<Json | undefined>((inner, part) => (inner as Record<string | number, Json>)[part], value)
    const most = (there as Json[]).length - (list.length === above.length && within ? 1 : isSame(list, above) ? 1 : 0)
    return fc.record({
      do: fc.constant('move' as const),
      from: fc.constant(from),
      to: fc.constant(to),
      index: fc.nat(most),
    })
  })
}

const isSame = (a: Path, b: Path) => a.length === b.length && isWithin(a, b)
const oneOf = (paths: readonly Path[]): fc.Arbitrary<Path> => fc.constantFrom(...paths)
