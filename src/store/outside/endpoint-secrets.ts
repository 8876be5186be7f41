import type { EndpointsTable } from '../schema.ts'
import type { SecretBox } from '../secret-box.ts'

/** What `endpoints.secrets` holds, sealed. */
export interface EndpointSecrets {
  /** null: none is sent */
  secret: string | null
  headers: Record<string, string>
}

type Sealed = Pick<EndpointsTable, 'auth' | 'auth_name' | 'secrets'>

/**
 * The headers that every call to an endpoint carries, its secret included: never put them into an answer, a log or a
 * history.
 * @returns null where the key they were encrypted with is not known
 */
export function headersOf(endpoint: Sealed, box: SecretBox): Record<string, string> | null {
  const opened = openSecrets(endpoint, box)
  return opened && { ...opened.headers, ...authorization(endpoint, opened.secret) }
}

export function openSecrets({ secrets }: Sealed, box: SecretBox): EndpointSecrets | null {
  try {
    return box.open(secrets) as EndpointSecrets
  } catch {
    return null
  }
}

function authorization({ auth, auth_name }: Sealed, secret: string | null): Record<string, string> {
  if (secret === null) return {}
  switch (auth) {
    case 'none':
      return {}
    case 'bearer':
      return { authorization: `Bearer ${secret}` }
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${auth_name ?? ''}:${secret}`).toString('base64')}` }
    case 'header':
      return auth_name === null ? {} : { [auth_name.toLowerCase()]: secret }
  }
}
