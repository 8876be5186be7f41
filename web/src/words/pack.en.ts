import { en as commands } from '../commands/words.en.ts'
import { en as composer } from '../composer/words.en.ts'
import { en as inbox } from '../inbox/words.en.ts'
import { en as task } from '../task/words.en.ts'
import { en as app } from './en.ts'
import type { Pack } from './packs.ts'

export const pack: Pack = { app, inbox, commands, task, composer }
