import type { TemporalConfig } from './config.ts'

/** How a client or a worker reaches Temporal: the development server, a cluster with mTLS, or Temporal Cloud with a key. */
export function temporalConnectionOptions(temporal: TemporalConfig) {
  const { tls } = temporal
  return {
    address: temporal.address,
    ...(temporal.apiKey ? { apiKey: temporal.apiKey } : {}),
    ...(tls
      ? {
          tls: {
            ...(tls.serverName ? { serverNameOverride: tls.serverName } : {}),
            ...(tls.ca ? { serverRootCACertificate: Buffer.from(tls.ca) } : {}),
            ...(tls.cert && tls.key
              ? { clientCertPair: { crt: Buffer.from(tls.cert), key: Buffer.from(tls.key) } }
              : {}),
          },
        }
      : {}),
  }
}
