import { useRouter } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Me } from '../api/types.ts'
import { type Command, useCommands } from '../commands/commands.ts'
import { appDialog } from '../commands/dialogs.tsx'
import { commandWords } from '../commands/words.ts'
import { VIEWS } from '../inbox/inbox-search.ts'
import { inboxWords } from '../inbox/words.ts'
import { chooseTheme, THEMES } from '../ui/theme.ts'
import { LOCALES, nameOfLanguage, useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { sectionsFor } from './sections.ts'

/** What can be done from everywhere: going to a section or a view, the command bar, how the app looks. */
export function useGoCommands(me: Me): void {
  const router = useRouter()
  const { words: app, setLocale } = useLanguage()
  const words = useRoomWords(commandWords)
  const inbox = useRoomWords(inboxWords)
  const commands = useMemo(
    (): Command[] => [
      {
        id: 'app.commands',
        title: words.openBar,
        group: 'app',
        shortcut: { code: 'KeyK', mod: true },
        keyOnly: true,
        run: () => appDialog.set({ name: 'bar' }),
      },
      {
        id: 'app.shortcuts',
        title: words.openShortcuts,
        group: 'app',
        shortcut: { code: 'Slash', shift: true },
        run: () => appDialog.set({ name: 'shortcuts' }),
      },
      { id: 'app.alerts', title: words.openAlerts, group: 'app', run: () => appDialog.set({ name: 'alerts' }) },
      ...sectionsFor(me.permissions).map(
        ({ to, name, code }): Command => ({
          id: `go.${name}`,
          title: app.app[name],
          group: 'go',
          shortcut: { code, after: 'KeyG' },
          run: () => void router.navigate({ to }),
        }),
      ),
      ...VIEWS.map(
        (view, index): Command => ({
          id: `go.view.${view}`,
          title: inbox.views[view],
          group: 'go',
          keywords: `${app.app.inbox} ${words.views}`,
          shortcut: { code: `Digit${index + 1}`, after: 'KeyG' },
          run: () => void router.navigate({ to: '/inbox', search: { view } }),
        }),
      ),
      ...THEMES.map(
        (theme): Command => ({
          id: `app.theme.${theme}`,
          title: words.theme(app.account.themes[theme]),
          group: 'app',
          keywords: `theme тема ${theme}`,
          run: () => chooseTheme(theme),
        }),
      ),
      ...LOCALES.map(
        (locale): Command => ({
          id: `app.language.${locale}`,
          title: words.language(nameOfLanguage(locale)),
          group: 'app',
          keywords: `language язык ${locale}`,
          run: () => setLocale(locale),
        }),
      ),
    ],
    [router, me.permissions, app, words, inbox, setLocale],
  )
  useCommands(commands)
}
