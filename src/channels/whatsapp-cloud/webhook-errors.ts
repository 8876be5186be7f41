import type { ProviderError } from '../port.ts'
import { objectAt, objectsAt, textAt } from '../wire/fields.ts'

/** Errors as webhooks carry them: `{code, title, message, error_data: {details}}` (reference §9). */
export function errorsAt(from: unknown, key: string): ProviderError[] {
  return objectsAt(from, key).map((error) => ({
    code: textAt(error, 'code') ?? 'unknown',
    title: textAt(error, 'title') ?? textAt(error, 'message') ?? '',
    details: textAt(objectAt(error, 'error_data'), 'details'),
  }))
}
