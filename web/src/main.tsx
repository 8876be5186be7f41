import '@fontsource-variable/inter/wght.css'
import './ui/styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { whenSignedOut } from './api/request.ts'
import { meQuery } from './api/session.ts'
import { createAppQueries } from './queries.ts'
import { createAppRouter } from './router.tsx'
import { takeLinkFromAddress } from './sign-in/sign-in-link.ts'
import { prepareTaskPage } from './task/load-task-page.ts'
import { applyTheme, readTheme } from './ui/theme.ts'
import { firstLocale, LanguageProvider } from './words/language.tsx'
import { loadPack } from './words/packs.ts'

// First of all: the token of a sign-in link must not stay in the address bar.
takeLinkFromAddress()
applyTheme(readTheme())
document.documentElement.lang = firstLocale()

const queries = createAppQueries()
whenSignedOut(() => queries.setQueryData(meQuery.queryKey, null))
const router = createAppRouter()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
// Who it is is asked for while the language comes; a person who signs in by a link is nobody yet.
if (window.location.pathname !== '/sign-in') void queries.prefetchQuery(meQuery)
if (window.location.pathname.startsWith('/inbox/')) prepareTaskPage()
loadPack(firstLocale()).then(
  () =>
    createRoot(root).render(
      <StrictMode>
        <LanguageProvider>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </LanguageProvider>
      </StrictMode>,
    ),
  () => {
    // Without words there is only this.
    root.textContent =
      'Parley could not be loaded: please reload the page. · Не удалось загрузить Parley: обновите страницу.'
  },
)
