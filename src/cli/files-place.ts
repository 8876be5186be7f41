import { objectStorageIn } from '../object-storage.ts'
import type { FileStore } from '../store/file-store.ts'
import { type FilesPlace, openFiles } from '../store/open-files.ts'
import type { Console } from './console.ts'
import { Failure } from './failure.ts'
import { dataDir } from './installation.ts'

/** Where the files of the installation lie, by S3_… and PARLEY_DATA_DIR. @throws Failure where the settings are not right */
export function filesPlace(console: Console): FilesPlace {
  try {
    return { dataDir: dataDir(console), objectStorage: objectStorageIn(console.env) }
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

export const filesOf = (console: Console): FileStore => openFiles(filesPlace(console))
