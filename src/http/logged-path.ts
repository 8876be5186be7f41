/**
 * The path of a request for the log (P8). The link to a file is a secret for as long as it holds, and ends with the
 * name of the file: of both nothing is kept.
 */
export const loggedPath = (path: string): string => path.replace(/^\/files\/.*$/s, '/files/…')
