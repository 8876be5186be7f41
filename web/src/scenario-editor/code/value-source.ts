import type { Source } from '../suggestions.ts'
import { type Json, mapAt, textIn, valueAt } from '../text/json.ts'
import type { Path } from '../text/path.ts'
import { fieldAt } from '../tree/fields.ts'

/** Whose names can stand at a place of the document; null: nobody's. */
export function valueSource(document: Json, path: Path): Source | null {
  const names = path.filter((part) => typeof part === 'string')
  const key = names.at(-1)
  const above = names.at(-2)
  switch (key) {
    case 'name':
      return above === 'sendTemplate' || above === 'template' ? 'templates' : null
    case 'template':
      return above === 'openTask' ? 'taskTemplates' : null
    case 'setStatus':
      return 'statuses'
    case 'status':
      return above === 'close' ? 'closedStatuses' : null
    case 'group':
    case 'groups':
      return 'groups'
    case 'employee':
    case 'employees':
      return 'peopleIds'
    case 'calendar':
      return 'calendars'
    case 'endpoint':
      return 'endpoints'
    case 'quickReply':
      return 'quickReplies'
    case 'scenario':
      return 'scenarios'
    case 'channel':
      return 'channels'
    case 'tag':
    case 'untag':
      return 'tags'
    case 'is':
    case 'isNot':
    case 'in':
    case 'contains': {
      const row = mapAt(valueAt(document, path.slice(0, path.lastIndexOf(key))), [])
      return fieldAt(textIn(row, 'field'), []).values ?? null
    }
    default:
      return null
  }
}
