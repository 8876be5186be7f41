import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiFailure } from '../api/request.ts'
import type { UploadedFile } from '../api/types.ts'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { giveSample } from './api.ts'
import { HeaderFile } from './header-file.tsx'
import type { FileFormat } from './template-draft.ts'
import { templateWords } from './words.ts'

/** What Meta reviews: fewer types than can be sent later. */
const SAMPLES = {
  IMAGE: { kind: 'image', accept: 'image/jpeg,image/png' },
  VIDEO: { kind: 'video', accept: 'video/mp4' },
  DOCUMENT: { kind: 'document', accept: 'application/pdf' },
} as const

interface SampleFileProps {
  channelId: string
  format: FileFormat
  /** the provider's handle; '': there is none (any more) */
  onChange: (handle: string) => void
}

/** A sample of the heading's file: uploaded here, and given to the provider for its review. */
export function SampleFile({ channelId, format, onChange }: SampleFileProps) {
  const words = useRoomWords(templateWords)
  const errorText = useErrorText(words.errors)
  const [file, setFile] = useState<UploadedFile | null>(null)
  const { kind, accept } = SAMPLES[format]
  const give = useMutation({
    mutationFn: async (chosen: UploadedFile) => {
      const sample = await giveSample(channelId, chosen.id)
      // The browser offers other types all the same.
      if (sample.format !== format) throw new ApiFailure(422, 'sample_not_accepted', '')
      return sample.handle
    },
    onSuccess: onChange,
  })
  const choose = (chosen: UploadedFile | null) => {
    setFile(chosen)
    onChange('')
    give.reset()
    if (chosen) give.mutate(chosen)
  }
  return (
    <div>
      <HeaderFile
        kind={kind}
        accept={accept}
        label={words.page.sample}
        file={file}
        problem={give.error ? errorText(give.error) : null}
        onChange={choose}
      />
      <p role="status" className="mt-1 text-xs text-soft">
        {give.isPending ? words.page.sampleGiving : give.isSuccess ? words.page.sampleGiven : words.page.sampleHint}
      </p>
    </div>
  )
}
