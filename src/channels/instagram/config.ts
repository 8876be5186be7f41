import { z } from 'zod'
import { META_GRAPH_URL, whatsAppCloudConfig } from '../whatsapp-cloud/config.ts'

/** How the business signed in: with Instagram alone, or with Facebook and the page that the account is linked to (reference §11). */
export const LOGINS = ['instagram', 'facebook'] as const
export type Login = (typeof LOGINS)[number]

export const INSTAGRAM_GRAPH_URL = 'https://graph.instagram.com'

const { accessToken, appSecret } = whatsAppCloudConfig.shape
const graphUrl = whatsAppCloudConfig.shape.graphUrl.unwrap()
const graphId = whatsAppCloudConfig.shape.phoneNumberId

/** What is known of an account (contract.md, `POST /api/channels`). */
export const instagramAccount = z.object({
  /** of the professional account: what webhooks call it in `entry[].id` */
  accountId: graphId,
  login: z.enum(LOGINS),
  /** the page that a Facebook login sends through; absent: the one that the token is of */
  pageId: graphId.optional(),
  accessToken,
  /** of the Instagram app, or of the Meta app: whichever the login belongs to */
  appSecret,
  verifyToken: z.string().regex(/^[\x21-\x7e]{1,500}$/, 'must be one word of printable characters'),
  /** Where the Graph API is, without a version; absent: the host of the login. */
  graphUrl: graphUrl.optional(),
  /** Meta has granted this app the feature Human Agent: people may answer for seven days. */
  humanAgent: z
    .union([z.boolean(), z.enum(['true', 'false'])])
    .transform((given) => given === true || given === 'true')
    .default(false),
})

export type InstagramAccount = z.output<typeof instagramAccount>

/** What the Graph API is called with. */
export const graphOf = ({ graphUrl: given, login, accessToken: token, appSecret: secret }: InstagramAccount) => ({
  graphUrl: given ?? (login === 'instagram' ? INSTAGRAM_GRAPH_URL : META_GRAPH_URL),
  accessToken: token,
  appSecret: secret,
})

/** Whose `messages` and `subscribed_apps` are called (reference §11): the page, or the account that the token is of. */
export const senderNode = ({ login, pageId }: InstagramAccount): string =>
  login === 'facebook' ? (pageId ?? 'me') : 'me'
