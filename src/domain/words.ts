/** What is said to a person, in every language that the house speaks. A sentence without one of them does not compile. */
export interface Words {
  en: string
  ru: string
}

export type Language = keyof Words

/** Names, code and numbers: the same in every language. */
export const sameWords = (text: string): Words => ({ en: text, ru: text })

/** The Russian form of a word for a number: 1 символ, 2 символа, 5 символов. */
export function russianCount(count: number, one: string, few: string, many: string): string {
  const rule = RUSSIAN.select(count)
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

const RUSSIAN = new Intl.PluralRules('ru')
