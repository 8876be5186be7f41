/** As the format names them (`trigger.button.look`). */
export const BUTTON_COLOURS = ['grey', 'blue', 'green', 'yellow', 'orange', 'red', 'violet'] as const
export const BUTTON_ICONS = [
  'bell',
  'calendar',
  'card',
  'check',
  'clock',
  'document',
  'gift',
  'heart',
  'link',
  'mail',
  'money',
  'package',
  'phone',
  'pin',
  'question',
  'send',
  'star',
  'tag',
  'truck',
  'user',
] as const

export type ButtonColour = (typeof BUTTON_COLOURS)[number]
export type ButtonIconName = (typeof BUTTON_ICONS)[number]

export interface ButtonLook {
  colour?: ButtonColour
  icon?: ButtonIconName
  position?: number
}

/** What a document says, without what this version of Parley does not know. */
export function readLook(look: Readonly<Record<string, unknown>> | undefined): ButtonLook {
  const colour = BUTTON_COLOURS.find((one) => one === look?.colour)
  const icon = BUTTON_ICONS.find((one) => one === look?.icon)
  const position = look?.position
  return {
    ...(colour && { colour }),
    ...(icon && { icon }),
    ...(typeof position === 'number' && { position }),
  }
}
