import type { InteractiveChoice, InteractiveMessage } from '../../domain/interactive-message.ts'
import type { JsonObject } from '../wire/json.ts'

const TYPES = { buttons: 'button', list: 'list', link: 'cta_url' } as const

/** A text with buttons, a list or a link as Meta takes it (reference §5.2); parts that are absent are left out. */
export function interactiveContent({ text, header, footer, choice }: InteractiveMessage): JsonObject {
  return {
    type: 'interactive',
    interactive: {
      type: TYPES[choice.kind],
      ...(header === null ? {} : { header: { type: 'text', text: header } }),
      body: { text },
      ...(footer === null ? {} : { footer: { text: footer } }),
      action: actionOf(choice),
    },
  }
}

function actionOf(choice: InteractiveChoice): JsonObject {
  switch (choice.kind) {
    case 'buttons':
      return { buttons: choice.buttons.map(({ id, title }) => ({ type: 'reply', reply: { id, title } })) }
    case 'list': {
      const sections = choice.sections.map(({ title, rows }) => ({
        ...(title === null ? {} : { title }),
        rows: rows.map((row) => ({
          id: row.id,
          title: row.title,
          ...(row.description === null ? {} : { description: row.description }),
        })),
      }))
      return { button: choice.button, sections }
    }
    case 'link':
      return { name: 'cta_url', parameters: { display_text: choice.title, url: choice.url } }
  }
}
