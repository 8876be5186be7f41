import { russianCount, type Words } from '../../words.ts'

const characters = (count: number): string => russianCount(count, 'символа', 'символов', 'символов')

/** What is wrong with an expression, a text, a pattern or a condition, for its author. */
export const EXPRESSION_WORDS = {
  celTooLong: (most: number): Words => ({
    en: `An expression is at most ${most} characters long`,
    ru: `Выражение слишком длинное: не больше ${characters(most)}`,
  }),
  textTooLong: (most: number): Words => ({
    en: `A text is at most ${most} characters long`,
    ru: `Текст слишком длинный: не больше ${characters(most)}`,
  }),
  patternTooLong: (most: number): Words => ({
    en: `A pattern is at most ${most} characters long`,
    ru: `Шаблон поиска слишком длинный: не больше ${characters(most)}`,
  }),
  nestedTooDeeply: (): Words => ({ en: 'Nested too deeply', ru: 'Слишком много уровней вложенности' }),
  noOptionals: (): Words => ({
    en: 'Optional values are not available',
    ru: 'Необязательные значения (.? и [?]) здесь не поддерживаются',
  }),
  hasTakesField: (): Words => ({
    en: 'has() takes a field, such as has(task.dueAt)',
    ru: 'В has() ставится поле, например has(task.dueAt)',
  }),
  beginsWithName: (name: string): Words => ({
    en: `${name}() begins with a name, such as ${name}(x, …)`,
    ru: `В ${name}() первым стоит имя, например ${name}(x, …)`,
  }),
  nameTaken: (name: string): Words => ({
    en: `“${name}” has a meaning already: take another name`,
    ru: `«${name}» уже что-то значит: возьмите другое имя`,
  }),
  comprehensionsNested: (most: number): Words => ({
    en: `all, exists, map and filter are nested at most ${most} deep`,
    ru: `all, exists, map и filter можно вкладывать друг в друга не больше чем на ${russianCount(most, 'уровень', 'уровня', 'уровней')}`,
  }),
  numberTooLarge: (): Words => ({ en: 'The number is too large', ru: 'Число слишком большое' }),
  noBytes: (): Words => ({
    en: 'Bytes and unsigned numbers are not available',
    ru: 'Байты и беззнаковые числа здесь не поддерживаются',
  }),
  literalPattern: (): Words => ({
    en: 'matches() takes a pattern that is written here, such as matches("^[0-9]+$")',
    ru: 'В matches() шаблон поиска пишется прямо здесь, например matches("^[0-9]+$")',
  }),
  noFunction: (name: string): Words => ({ en: `There is no function ${name}()`, ru: `Функции ${name}() нет` }),
  arity: (name: string, arity: readonly number[], given: number): Words => ({
    en: `${name}() takes ${arity.join(' or ')} values, not ${given}`,
    ru: `${name}(): нужно значений: ${arity.join(' или ')}, а дано: ${given}`,
  }),
  unknownInCel: (name: string, roots: readonly string[]): Words => ({
    en: `There is no “${name}”: an expression reads ${roots.join(', ')}`,
    ru: `«${name}» не существует: в выражении можно читать ${roots.join(', ')}`,
  }),
  unknownInText: (name: string, roots: readonly string[]): Words => ({
    en: `There is no “${name}”: a text reads ${roots.join(', ')}`,
    ru: `«${name}» не существует: в тексте можно читать ${roots.join(', ')}`,
  }),
  tagsNested: (most: number): Words => ({
    en: `Tags are nested at most ${most} deep`,
    ru: `Теги можно вкладывать друг в друга не больше чем на ${russianCount(most, 'уровень', 'уровня', 'уровней')}`,
  }),
  patternEmpty: (): Words => ({ en: 'The pattern is empty', ru: 'Шаблон поиска пуст' }),
  notPattern: (why: string): Words => ({ en: `Not a pattern: ${why}`, ru: `Это не шаблон поиска: ${why}` }),
  patternTooLarge: (): Words => ({
    en: 'The pattern is too large: fewer repetitions, please',
    ru: 'Шаблон поиска слишком велик: уменьшите число повторений',
  }),
  fieldTooLong: (most: number): Words => ({
    en: `A field is at most ${most} characters long`,
    ru: `Имя поля слишком длинное: не больше ${characters(most)}`,
  }),
  fieldBegins: (roots: readonly string[]): Words => ({
    en: `A field begins with one of ${roots.join(', ')}`,
    ru: `Поле начинается с одного из слов: ${roots.join(', ')}`,
  }),
  fieldBlank: (): Words => ({
    en: 'A name in the field is empty, or has blanks around it',
    ru: 'Одно из имён в поле пустое, или вокруг него стоят пробелы',
  }),
  fieldNames: (most: number): Words => ({
    en: `A field has at most ${most} names`,
    ru: `В поле не больше ${russianCount(most, 'имени', 'имён', 'имён')}`,
  }),
  atPlace: (words: Words, { line, column }: { line: number; column: number }): Words => ({
    en: `${words.en} (line ${line}, column ${column})`,
    ru: `${words.ru} (строка ${line}, столбец ${column})`,
  }),
  writeText: (): Words => ({ en: 'Write a text here', ru: 'Напишите здесь текст' }),
  writeNumber: (): Words => ({ en: 'Write a number here', ru: 'Напишите здесь число' }),
  writeScalar: (): Words => ({
    en: 'Write a text, a number, true or false here; for a value that is missing, write “exists: false”',
    ru: 'Напишите здесь текст, число, true или false; если значения быть не должно, напишите «exists: false»',
  }),
  writeComparable: (): Words => ({
    en: 'Write a number, or a date such as 2026-05-01, here',
    ru: 'Напишите здесь число или дату, например 2026-05-01',
  }),
  noOrder: (): Words => ({
    en: 'Only numbers, and dates and times such as 2026-05-01 or 2026-05-01T09:30:00Z, have an order',
    ru: 'Больше и меньше бывают только числа, даты и время, например 2026-05-01 или 2026-05-01T09:30:00Z',
  }),
  leastValues: (): Words => ({ en: 'Name at least one value', ru: 'Назовите хотя бы одно значение' }),
  mostValues: (most: number): Words => ({
    en: `Name at most ${most} values`,
    ru: `Назовите не больше ${russianCount(most, 'значения', 'значений', 'значений')}`,
  }),
  writeBoolean: (): Words => ({ en: 'Write true or false here', ru: 'Напишите здесь true или false' }),
  lowestAndHighest: (): Words => ({
    en: 'Name the lowest and the highest value',
    ru: 'Назовите наименьшее и наибольшее значение',
  }),
  leastConditions: (): Words => ({ en: 'Name at least one condition', ru: 'Назовите хотя бы одно условие' }),
  oneKind: (kinds: readonly string[]): Words => ({
    en: `A condition is one of them, not ${kinds.join(' and ')} at once`,
    ru: `В условии может быть что-то одно, а не ${kinds.join(' и ')} сразу`,
  }),
  noField: (): Words => ({ en: 'The field is missing', ru: 'Не указано поле (field)' }),
  kindOfCondition: (): Words => ({
    en: 'A condition is all, any, none, cel, or a field with an operator',
    ru: 'Условие — это all, any, none, cel или поле (field) с оператором',
  }),
  needsField: (operator: string): Words => ({ en: `${operator} needs a field`, ru: `${operator}: нужно поле (field)` }),
  needsOperator: (operators: readonly string[]): Words => ({
    en: `The field needs an operator: ${operators.join(', ')}`,
    ru: `Полю нужен оператор: ${operators.join(', ')}`,
  }),
  oneOperator: (operators: readonly string[]): Words => ({
    en: `A row has one operator, not ${operators.join(' and ')}`,
    ru: `В строке условия один оператор, а не ${operators.join(' и ')}`,
  }),
  conditionParts: (most: number): Words => ({
    en: `A condition has at most ${most} parts`,
    ru: `В условии не больше ${russianCount(most, 'части', 'частей', 'частей')}`,
  }),
  conditionLevels: (most: number): Words => ({
    en: `Conditions are nested at most ${most} levels deep`,
    ru: `Условия можно вкладывать друг в друга не больше чем на ${russianCount(most, 'уровень', 'уровня', 'уровней')}`,
  }),
  conditionValues: (most: number): Words => ({
    en: `The lists of a condition have at most ${most} values`,
    ru: `В списках одного условия не больше ${russianCount(most, 'значения', 'значений', 'значений')}`,
  }),
  conditionSource: (most: number): Words => ({
    en: `Patterns and CEL of a condition have at most ${most} characters`,
    ru: `В шаблонах поиска и CEL одного условия не больше ${russianCount(most, 'символа', 'символов', 'символов')}`,
  }),
}
