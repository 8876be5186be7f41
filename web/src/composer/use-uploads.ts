import { useEffect, useRef, useState } from 'react'
import { newKey } from '../api/request.ts'
import type { UploadedFile } from '../api/types.ts'
import { fileUrl, type Upload, uploadFile } from '../api/upload.ts'

/** A file on its way to the server. */
export interface Uploading {
  key: string
  name: string
  size: number
  progress: number
  error: unknown
}

/** Uploads files side by side. @param onUploaded called for each that the server has */
export function useUploads(onUploaded: (file: UploadedFile) => void) {
  const [uploading, setUploading] = useState<Uploading[]>([])
  const running = useRef(new Map<string, Upload>())
  const change = (key: string, changes: Partial<Uploading>) =>
    setUploading((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)))
  const drop = (key: string) => setUploading((all) => all.filter((one) => one.key !== key))

  useEffect(() => {
    const uploads = running.current
    return () => {
      for (const upload of uploads.values()) upload.cancel()
    }
  }, [])

  async function start(file: File) {
    const key = newKey()
    setUploading((all) => [...all, { key, name: file.name, size: file.size, progress: 0, error: null }])
    const upload = uploadFile(file, key, (progress) => change(key, { progress }))
    running.current.set(key, upload)
    try {
      const uploaded = await upload.done
      drop(key)
      onUploaded(uploaded)
    } catch (error) {
      change(key, { error })
    } finally {
      running.current.delete(key)
    }
  }

  return {
    uploading,
    upload: (files: readonly File[]) => {
      for (const file of files) void start(file)
    },
    /** Shows a file that is not even tried. */
    refuse: (file: File, error: unknown) =>
      setUploading((all) => [...all, { key: newKey(), name: file.name, size: file.size, progress: 0, error }]),
    /** Takes files of a message once more, for another one. */
    copy: (files: readonly Pick<UploadedFile, 'id' | 'name' | 'mime'>[]) => {
      for (const file of files) void copyFile(file, start)
    },
    remove(key: string) {
      running.current.get(key)?.cancel()
      drop(key)
    },
  }
}

async function copyFile(
  { id, name, mime }: Pick<UploadedFile, 'id' | 'name' | 'mime'>,
  upload: (file: File) => Promise<void>,
): Promise<void> {
  const answer = await fetch(fileUrl(id, false))
  if (answer.ok) await upload(new File([await answer.blob()], name, { type: mime }))
}
