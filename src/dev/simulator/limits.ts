/** Bodies that carry a file: 100 MB and room for the form around it. */
export const MEDIA_BODY_LIMIT = 110 * 1024 * 1024
/** All other bodies. */
export const SMALL_BODY_LIMIT = 1024 * 1024
