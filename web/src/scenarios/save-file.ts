/** Hands a text to the browser as a file of its own. */
export function saveFile(name: string, text: string, format: 'yaml' | 'json'): void {
  const type = format === 'json' ? 'application/json' : 'application/yaml'
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.${format}`
  link.click()
  URL.revokeObjectURL(address)
}
