/** Stands for what was blotted out. */
const BLOT = '•••'

/**
 * An answer as it may be shown to whoever must not see the secrets that were sent with the call: servers echo what they
 * get. Each is found as it is, and as JSON, an address or Base64 hold it.
 */
export function blotOut(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.flatMap(formsOf))
  forms.delete('')
  // The longest first: a short one may be part of it.
  return [...forms].sort((a, b) => b.length - a.length).reduce((shown, form) => shown.replaceAll(form, BLOT), text)
}

function formsOf(secret: string): string[] {
  const base64 = btoa(String.fromCodePoint(...new TextEncoder().encode(secret)))
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed()), base64]
}
