import { ru as commands } from '../commands/words.ru.ts'
import { ru as composer } from '../composer/words.ru.ts'
import { ru as inbox } from '../inbox/words.ru.ts'
import { ru as task } from '../task/words.ru.ts'
import type { Pack } from './packs.ts'
import { ru as app } from './ru.ts'

export const pack: Pack = { app, inbox, commands, task, composer }
