import type { InteractiveMessage } from '../../domain/interactive-message.ts'
import type { JsonObject } from '../wire/json.ts'

/**
 * A text with buttons or a list as Gupshup takes it; null: it knows no such choice. `postbackText` is what a tap
 * answers with.
 */
export function interactiveContent({ text, header, footer, choice }: InteractiveMessage): JsonObject | null {
  switch (choice.kind) {
    case 'buttons':
      return {
        type: 'quick_reply',
        content: {
          type: 'text',
          text,
          ...(header === null ? {} : { header }),
          ...(footer === null ? {} : { caption: footer }),
        },
        options: choice.buttons.map(({ id, title }) => ({ type: 'text', title, postbackText: id })),
      }
    case 'list':
      return {
        type: 'list',
        ...(header === null ? {} : { title: header }),
        body: text,
        globalButtons: [{ type: 'text', title: choice.button }],
        items: choice.sections.map(({ title, rows }) => ({
          ...(title === null ? {} : { title }),
          options: rows.map((row) => ({
            type: 'text',
            title: row.title,
            ...(row.description === null ? {} : { description: row.description }),
            postbackText: row.id,
          })),
        })),
      }
    case 'link':
      return null
  }
}
