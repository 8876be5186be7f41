import { Copy, CornerUpLeft, ExternalLink, FileText, Film, Image as ImageIcon, MapPin, Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import { fileUrl } from '../api/upload.ts'
import { useRoomWords } from '../words/room-words.ts'
import type { Template } from './api.ts'
import { richText } from './rich-text.ts'
import { splitOpen, type TemplateLook, templateLook } from './template-look.ts'
import type { TemplateValues } from './template-values.ts'
import { templateWords } from './words.ts'

interface TemplatePreviewProps {
  template: Pick<Template, 'name' | 'language' | 'category' | 'status' | 'quality' | 'parameterFormat' | 'components'>
  /** null: the examples that came with the template */
  values: TemplateValues | null
}

/** The message as it will stand on the client's phone; what is not filled yet is marked. */
export function TemplatePreview({ template, values }: TemplatePreviewProps) {
  return <MessageBubble look={templateLook(template, values)} />
}

/** A template's message in the colours of what goes to a client. */
export function MessageBubble({ look: { header, body, footer, buttons } }: { look: TemplateLook }) {
  const words = useRoomWords(templateWords)
  return (
    <section aria-label={words.preview} className="rounded-xl border border-line bg-ground p-3">
      <div className="max-w-96 overflow-hidden rounded-lg rounded-tl-sm bg-message-bubble text-ink shadow-sm">
        <div className="space-y-1.5 p-2.5">
          <Header header={header} />
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
            <Rich text={body} />
          </p>
          {footer !== null && (
            <p dir="auto" className="text-xs wrap-anywhere text-soft">
              {footer}
            </p>
          )}
        </div>
        {buttons.length > 0 && (
          <ul aria-label={words.look.buttons} className="divide-y divide-ink/10 border-t border-ink/10">
            {buttons.map((button, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: buttons are known by their place alone
              <li key={index} className="px-2.5 py-2 text-center">
                <span className="inline-flex max-w-full items-center gap-1.5 font-medium text-read">
                  <ButtonIcon kind={button.kind} />
                  <bdi className="wrap-anywhere">{buttonText(button, words.look.copyCode)}</bdi>
                </span>
                {button.detail !== null && (
                  <span className="block text-xs wrap-anywhere text-soft">
                    <Marked text={button.detail} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}

function Header({ header }: Pick<TemplateLook, 'header'>) {
  const words = useRoomWords(templateWords)
  if (header === null) return null
  if (header.kind === 'text') {
    return (
      <p dir="auto" className="font-semibold wrap-anywhere">
        <Marked text={header.text} />
      </p>
    )
  }
  if (header.kind === 'location') {
    const { name, address } = header.place
    return (
      <Tile icon={<MapPin size={22} aria-hidden="true" />}>
        <span className="block font-medium wrap-anywhere">{name || words.fields.placeName}</span>
        <span className="block text-xs wrap-anywhere text-soft">{address || words.fields.address}</span>
      </Tile>
    )
  }
  const { kind, file } = header
  if (file === null) {
    return <Tile icon={<MediaIcon kind={kind} />}>{words.look.fileToCome[kind]}</Tile>
  }
  if (kind === 'image') {
    return <img src={fileUrl(file.id, true)} alt={file.name} className="max-h-48 w-full rounded-md object-cover" />
  }
  if (kind === 'video') {
    // biome-ignore lint/a11y/useMediaCaption: a client's video has none
    return <video src={fileUrl(file.id, true)} controls preload="metadata" className="max-h-48 w-full rounded-md" />
  }
  return <Tile icon={<MediaIcon kind={kind} />}>{file.name}</Tile>
}

const Tile = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <div className="flex min-h-16 items-center gap-3 rounded-md bg-ink/5 px-3 py-2 text-soft">
    {icon}
    <span className="min-w-0 text-ink wrap-anywhere">{children}</span>
  </div>
)

function MediaIcon({ kind }: { kind: 'image' | 'video' | 'document' }) {
  const Icon = { image: ImageIcon, video: Film, document: FileText }[kind]
  return <Icon size={22} aria-hidden="true" className="shrink-0" />
}

/** A button without words of its own has those of its kind: WhatsApp writes what copies a code. */
function buttonText({ kind, text }: TemplateLook['buttons'][number], copyCode: string): string {
  if (text !== kind) return text
  return kind === 'copy_code' || kind === 'otp' ? copyCode : '…'
}

function ButtonIcon({ kind }: { kind: string }) {
  const icons: Record<string, typeof Copy> = {
    url: ExternalLink,
    phone_number: Phone,
    voice_call: Phone,
    copy_code: Copy,
    otp: Copy,
  }
  const Icon = icons[kind] ?? CornerUpLeft
  return <Icon size={14} aria-hidden="true" className="shrink-0" />
}

const LOOKS = { bold: 'font-semibold', italic: 'italic', struck: 'line-through', code: 'font-mono text-[0.8125rem]' }

function Rich({ text }: { text: string }) {
  return richText(text).map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
    <span key={index} className={piece.look.map((look) => LOOKS[look]).join(' ')}>
      <Marked text={piece.text} />
    </span>
  ))
}

/** A text in which the places that are not filled yet stand out. */
function Marked({ text }: { text: string }) {
  return splitOpen(text).map((piece, index) =>
    piece.open ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
      <mark key={index} className="rounded bg-warning-ground px-1 text-warning">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  )
}
