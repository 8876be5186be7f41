/**
 * The text with a variable in place of what is selected, and what is selected afterwards: the name of a field, which is
 * still to be written, else nothing behind the variable.
 * @param variable as the API names it; `…` stands for the name of a field
 */
export function insertVariable(
  text: string,
  selection: { start: number; end: number },
  variable: string,
  fieldName: string,
): { text: string; start: number; end: number } {
  const before = text.slice(0, selection.start)
  const after = text.slice(selection.end)
  const hole = variable.indexOf('…')
  const written = `{{${variable.replace('…', fieldName)}}}`
  const at = before.length + 2 + hole
  const behind = before.length + written.length
  return {
    text: before + written + after,
    ...(hole === -1 ? { start: behind, end: behind } : { start: at, end: at + fieldName.length }),
  }
}
