import { type ApiAnswer, type ApiRequest, callApi } from '../api-call.ts'
import { contentUrl, credentialsOf, type TwilioAccount } from './config.ts'

/** One call of the Content API. @param path with a leading slash; only the second version searches by name */
export const callContents = (
  account: TwilioAccount,
  { path, version = 'v1', ...request }: Pick<ApiRequest, 'method' | 'json'> & { path: string; version?: 'v1' | 'v2' },
  signal: AbortSignal,
): Promise<ApiAnswer> =>
  callApi({ ...request, url: contentUrl(account, path, version), headers: credentialsOf(account) }, signal)
