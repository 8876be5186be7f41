import { tellStories } from './tell-stories.ts'

tellStories('even')
