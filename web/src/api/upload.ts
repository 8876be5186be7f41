import { ApiFailure, failureOf } from './request.ts'
import type { UploadedFile } from './types.ts'

export interface Upload {
  done: Promise<UploadedFile>
  cancel(): void
}

/**
 * Uploads a file for a comment. `XMLHttpRequest`, because `fetch` tells nothing of an upload's progress.
 * @param onProgress 0 … 1
 */
export function uploadFile(file: File, idempotencyKey: string, onProgress: (share: number) => void): Upload {
  const xhr = new XMLHttpRequest()
  const done = new Promise<UploadedFile>((resolve, reject) => {
    xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    xhr.addEventListener('load', () => {
      if (xhr.status === 201) resolve(JSON.parse(xhr.responseText) as UploadedFile)
      else reject(failureOf(xhr.status, xhr.responseText))
    })
    xhr.addEventListener('error', () => reject(new ApiFailure(0, 'network', 'The server cannot be reached')))
    xhr.addEventListener('abort', () => reject(new ApiFailure(0, 'cancelled', 'The upload was cancelled')))
  })
  xhr.open('POST', '/api/attachments')
  xhr.setRequestHeader('idempotency-key', idempotencyKey)
  xhr.setRequestHeader('accept-language', document.documentElement.lang)
  const form = new FormData()
  form.append('file', file)
  xhr.send(form)
  return { done, cancel: () => xhr.abort() }
}

/** Where a stored file is read; `inline` to show it on the page. */
export const fileUrl = (id: string, inline: boolean): string =>
  `/api/attachments/${encodeURIComponent(id)}/content${inline ? '?inline=1' : ''}`
