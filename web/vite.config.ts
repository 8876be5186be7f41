import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `vite web` serves the app while it is written, in front of a Parley that runs on its usual port or at PARLEY_URL. */
const PARLEY = process.env.PARLEY_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: { '/api': PARLEY, '/simulator': PARLEY, '/webhooks': PARLEY } },
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'safari17.5', 'firefox121'],
    // The page's policy allows no `data:` beside pictures.
    assetsInlineLimit: 0,
  },
})
