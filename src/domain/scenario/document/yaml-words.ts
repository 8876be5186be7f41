import type { ErrorCode } from 'yaml'
import type { Words } from '../../words.ts'

/** By the YAML reader's code for it; its own English says more. */
const SYNTAX: Record<ErrorCode, string> = {
  ALIAS_PROPS: 'У ссылки *имя не может быть ни якоря, ни тега',
  BAD_ALIAS: 'Неверное имя якоря или ссылки',
  BAD_COLLECTION_TYPE: 'Тег здесь не подходит',
  BAD_DIRECTIVE: 'Неверная строка с %',
  BAD_DQ_ESCAPE: 'После \\ в двойных кавычках могут стоять не все буквы; в одинарных — любые',
  BAD_INDENT: 'Здесь что-то не закрыто (скобка, кавычка) или у строки мал отступ',
  BAD_PROP_ORDER: 'Якоря и теги ставятся после знака',
  BAD_SCALAR_START: 'Так текст начинаться не может: возьмите его в кавычки',
  BLOCK_AS_IMPLICIT_KEY: 'В строке второе двоеточие: возьмите текст в кавычки',
  BLOCK_IN_FLOW: 'Внутри скобок всё должно быть тоже в скобках',
  DUPLICATE_KEY: 'Этот ключ уже есть',
  IMPOSSIBLE: 'Здесь это стоять не может',
  KEY_OVER_1024_CHARS: 'Ключ слишком длинный',
  MISSING_CHAR: 'Здесь чего-то не хватает: двоеточия, запятой, скобки или кавычки',
  MULTILINE_IMPLICIT_KEY: 'Ключ должен стоять на одной строке, за ним двоеточие',
  MULTIPLE_ANCHORS: 'Здесь больше одного якоря',
  MULTIPLE_DOCS: 'Документов больше одного: каждый сценарий — отдельный текст',
  MULTIPLE_TAGS: 'Здесь больше одного тега',
  NON_STRING_KEY: 'Ключ — это обычное слово',
  RESOURCE_EXHAUSTION: 'Для сценария здесь слишком много всего',
  TAB_AS_INDENT: 'Отступы делаются пробелами, а не табуляцией',
  TAG_RESOLVE_FAILED: 'Неизвестный тег',
  UNEXPECTED_TOKEN: 'Здесь это стоять не может',
}

/** Why a text is no YAML that a scenario can be read from. */
export const YAML_WORDS = {
  manyPieces: (): Words => ({
    en: 'The text has too many small parts to be a scenario',
    ru: 'В тексте слишком много мелких частей для сценария',
  }),
  manyLevels: (most: number): Words => ({
    en: `The text is nested more than ${most} levels deep`,
    ru: `В тексте больше ${most} уровней вложенности`,
  }),
  empty: (): Words => ({ en: 'The text is empty', ru: 'Текст пуст' }),
  severalDocuments: (): Words => ({
    en: 'There is more than one document: each scenario is a text of its own',
    ru: 'Документов больше одного: каждый сценарий — отдельный текст',
  }),
  version: (): Words => ({ en: 'Only YAML 1.2 is read', ru: 'Читается только YAML 1.2' }),
  syntax: (code: ErrorCode, message: string): Words => ({ en: message, ru: SYNTAX[code] }),
  manyAliases: (most: number): Words => ({
    en: `There are more than ${most} aliases`,
    ru: `Ссылок *имя больше ${most}`,
  }),
  noAnchor: (name: string): Words => ({
    en: `“*${name}” names no part above it`,
    ru: `«*${name}» не называет ничего, что стоит выше`,
  }),
  plainKey: (): Words => ({ en: 'A key must be a plain word', ru: 'Ключ должен быть обычным словом' }),
  keyTwice: (name: string): Words => ({ en: `“${name}” is there twice`, ru: `«${name}» указано дважды` }),
} as const
