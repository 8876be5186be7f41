/** What a token or a secret has to be: one word of visible characters. */
export const isOneWord = (text: string): boolean => /^[\x21-\x7e]{1,2000}$/.test(text.trim())
