// npm start: installs and builds what is missing, then runs dist/start.js in this same process, so that
// signals reach it directly.
import { ensure } from './ensure.mjs'

await ensure()
await import(new URL('../dist/start.js', import.meta.url).href)
