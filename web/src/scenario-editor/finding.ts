/** What is wrong at a place of the document, as the API says it. */
export interface Finding {
  severity: 'error' | 'warning'
  code: string
  message: string
  /** such as `steps[0].sendTemplate.name` */
  path: string
  line: number | null
  column: number | null
}
