import { join } from 'node:path'
import { diskFiles, FILES_FOLDER, INCOMING_FOLDER } from './disk-files.ts'
import type { FileStore } from './file-store.ts'
import type { S3Settings } from './s3-client.ts'
import { s3Files } from './s3-files.ts'

/** Where an installation's files lie. */
export interface FilesPlace {
  dataDir: string
  /** null: in the data directory */
  objectStorage: S3Settings | null
}

export const filesOnDisk = (dataDir: string): FileStore => diskFiles(join(dataDir, FILES_FOLDER))

/** In the bucket where there is one, else in the data directory. */
export const openFiles = ({ dataDir, objectStorage }: FilesPlace): FileStore =>
  objectStorage ? s3Files(objectStorage, join(dataDir, FILES_FOLDER, INCOMING_FOLDER)) : filesOnDisk(dataDir)
