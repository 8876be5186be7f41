/** `audio/ogg; codecs=opus` → `audio/ogg`. */
export function bareMime(mime: string | null): string | null {
  const bare = mime?.split(';')[0]?.trim().toLowerCase()
  return bare ? bare : null
}
