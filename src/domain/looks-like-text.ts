/** Are these the first bytes of a plain text? Valid UTF-8 (the last character may be cut) without control bytes. */
export function looksLikeText(head: Uint8Array): boolean {
  if (head.length === 0) return false
  for (const byte of head)
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) return false
  for (let cut = 0; cut <= 3; cut++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, head.length - cut))
      return true
    } catch {
      // The last character may have been cut: once more without its first bytes.
    }
  }
  return false
}
