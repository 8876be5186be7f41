import { CopyText } from '../../channels/copy-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { webhookWords } from './words.ts'

/** A secret that is shown this once. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const words = useRoomWords(webhookWords)
  return (
    <Dialog title={words.secretTitle} size="medium" onClose={onClose}>
      <div className="space-y-3">
        <Notice look="warning">{words.secretText}</Notice>
        <CopyText text={secret} label={words.copySecret} />
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            {words.done}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
