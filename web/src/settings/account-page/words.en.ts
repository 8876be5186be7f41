export const en = {
  intro: 'What holds for the whole installation.',
  name: 'Name',
  nameHint: 'Of your business.',
  timeZone: 'Time zone',
  timeZoneHint: 'For dates in texts to clients, and for times that scenarios name without a zone.',
  timeZoneWrong: 'This is no time zone. Examples: Europe/Berlin, Asia/Almaty.',
  locale: 'Language of texts',
  localeHint: 'How dates and numbers are written in texts to clients, such as en, ru or pt-BR.',
  example: (date: string, number: string) => `Example: ${date}, ${number}`,
  localeWrong: 'This is no language. Examples: en, ru, pt-BR.',
  forbidden: 'Administrators change this.',
}
