/** A LIKE pattern for "contains this text": what the person typed has no power in it. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
