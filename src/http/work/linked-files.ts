import { findStoredFile } from '../../store/comments/attachments.ts'
import { readFileLink } from '../../store/file-links.ts'
import type { HttpDeps, Routes } from '../context.ts'
import { notFound } from '../errors.ts'
import { newRoutes } from '../routes.ts'
import { sendFile } from './send-file.ts'

/**
 * `GET /files/:token/:name`: files for providers that fetch what they send, by a link of an hour
 * (src/store/file-links.ts). No session: whoever has the link may have the file. A wrong one and an old one look alike.
 */
export function linkedFileRoutes(deps: HttpDeps): Routes {
  const routes = newRoutes()
  routes.get('/files/:token/:name', async (c) => {
    const id = readFileLink(deps.secrets, c.req.param('token'), Date.now())
    const file = id && (await findStoredFile(deps.database.db, id))
    if (!file) throw notFound('The file')
    return sendFile(c, deps, { ...file, etag: `"${file.sha256}"` })
  })
  return routes
}
