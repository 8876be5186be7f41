import { Clock, RotateCcw, Send, X } from 'lucide-react'
import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react'
import { breakable } from '../../ui/breakable.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { useEditor } from '../state/editor-context.tsx'
import { isJsonMap, listAt, mapAt } from '../text/json.ts'
import { AfterView } from './after-view.tsx'
import { ClientForm, type ClientText } from './client-form.tsx'
import { fieldsIn, type Happening, tagsIn } from './trial.ts'
import { useTrial } from './use-trial.ts'
import { tryWords } from './words.ts'

/** As many as the server plays. */
const MOST_HAPPENINGS = 200

/** A small chat in which the author is the client; the scenario is played as it stands in the editor. */
export function TryPanel({ text, onClose }: { text: string; onClose: () => void }) {
  const words = useRoomWords(tryWords)
  const errorText = useErrorText()
  const { formats } = useLanguage()
  const button = useButton()
  const [client, setClient] = useState<ClientText>({
    name: words.someName,
    tags: '',
    fields: '',
    isNew: true,
    channel: '',
  })
  const [from, setFrom] = useState(() => new Date().toISOString())
  const [happened, setHappened] = useState<readonly Happening[]>([])
  const { data, error, isFetching } = useTrial({
    document: text,
    ...(client.channel && { channelId: client.channel }),
    client: {
      name: client.name.trim() || words.someName,
      tags: tagsIn(client.tags),
      fields: fieldsIn(client.fields),
      isNew: client.isNew,
    },
    from,
    happened,
  })
  const trial = happened.length > 0 ? data : undefined
  const isFull = happened.length >= MOST_HAPPENINGS
  const add = (one: Happening) => setHappened((before) => [...before, one])
  const nextDue = trial?.ok && trial.after.length === happened.length ? trial.nextDue : null
  const unknown = trial?.runs.find(({ unknownFrom }) => unknownFrom !== null)?.unknownFrom

  return (
    <section
      aria-label={words.title}
      className="flex h-[max(26rem,calc(100dvh-18rem))] min-h-0 flex-col rounded-lg border border-line bg-panel lg:sticky lg:top-12 lg:w-96"
    >
      <header className="flex items-center gap-1 border-b border-line py-1.5 pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 text-[0.8125rem] font-medium">{words.title}</h2>
        <IconButton
          label={words.again}
          onClick={() => {
            setHappened([])
            setFrom(new Date().toISOString())
          }}
        >
          <RotateCcw size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label={words.close} onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </header>
      <ClientForm client={client} onChange={setClient} />
      <Chat isBusy={isFetching} length={happened.length}>
        {happened.length === 0 && <p className="text-[0.8125rem] text-soft">{words.intro}</p>}
        {happened.map((one, index) => {
          const after = trial?.after[index]
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: what happened stays where it is
            <Fragment key={index}>
              {happeningView(one)}
              {after && <AfterView after={after} onTap={isFull ? null : (tap) => add({ tap })} />}
            </Fragment>
          )
        })}
        {trial && !trial.ok && <Errors messages={trial.findings} />}
        {unknown && <Notice look="warning">{words.unknownFrom(unknown)}</Notice>}
        {trial?.isCut && <Notice look="warning">{words.cut}</Notice>}
        {isFull && <Notice look="plain">{words.full}</Notice>}
        {error && <Notice look="danger">{errorText(error)}</Notice>}
      </Chat>
      <footer className="space-y-2 border-t border-line p-3">
        {button && <Press button={button} disabled={isFull} onPress={(inputs) => add({ press: { inputs } })} />}
        <Writing disabled={isFull} onSend={(words) => add({ text: words })} />
        <Button
          className="w-full"
          disabled={nextDue === null || isFull}
          title={nextDue === null ? words.nothingWaits : formats.moment(new Date(nextDue))}
          onClick={() => nextDue !== null && add({ until: nextDue })}
        >
          <Clock size={14} aria-hidden="true" />
          {words.timePasses}
        </Button>
      </footer>
    </section>
  )

  function happeningView(one: Happening): ReactNode {
    if ('until' in one) return <Divider>{words.until(formats.moment(new Date(one.until)))}</Divider>
    if ('press' in one) return <Divider>{words.pressed(button?.label ?? '')}</Divider>
    return (
      <p
        dir="auto"
        className="mr-auto w-fit max-w-[85%] rounded-lg bg-hover px-3 py-1.5 whitespace-pre-wrap wrap-anywhere"
      >
        {breakable('text' in one ? one.text : one.tap.title)}
      </p>
    )
  }
}

/** What stays in sight is the newest. */
function Chat({ isBusy, length, children }: { isBusy: boolean; length: number; children: ReactNode }) {
  const words = useRoomWords(tryWords)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isBusy && length > 0) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [isBusy, length])
  return (
    <div
      ref={box}
      role="log"
      aria-label={words.chat}
      aria-busy={isBusy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 space-y-2 overflow-y-auto p-3"
    >
      {children}
    </div>
  )
}

const Divider = ({ children }: { children: ReactNode }) => (
  <p className="border-t border-line pt-2 text-center text-xs text-soft">{children}</p>
)

function Errors({ messages }: { messages: readonly { severity: string; message: string }[] }) {
  const words = useRoomWords(tryWords)
  return (
    <Notice look="danger">
      {words.errors}
      <ul className="mt-1 list-disc pl-4">
        {messages
          .filter(({ severity }) => severity === 'error')
          .slice(0, 5)
          .map(({ message }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: findings have no name
            <li key={index} className="wrap-anywhere">
              {message}
            </li>
          ))}
      </ul>
    </Notice>
  )
}

function Writing({ disabled, onSend }: { disabled: boolean; onSend: (text: string) => void }) {
  const words = useRoomWords(tryWords)
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)
  // On a narrow screen the chat comes below the document.
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  return (
    <form
      ref={form}
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() === '' || disabled) return
        onSend(text)
        setText('')
      }}
    >
      <Field
        className="min-w-0 flex-1"
        label={words.message}
        hideLabel
        placeholder={words.message}
        value={text}
        maxLength={4_096}
        disabled={disabled}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
      <IconButton type="submit" label={words.send} disabled={disabled || text.trim() === ''}>
        <Send size={16} aria-hidden="true" />
      </IconButton>
    </form>
  )
}

interface PressableButton {
  label: string
  inputs: { name: string; label: string }[]
}

/** The button that the scenario is, as the document says it; null: an event starts it. */
function useButton(): PressableButton | null {
  const { document } = useEditor()
  const trigger = mapAt(document, ['trigger'])
  if (!isJsonMap(trigger.button)) return null
  const inputs = listAt(trigger, ['button', 'inputs']).flatMap((input) =>
    isJsonMap(input) && typeof input.name === 'string'
      ? [{ name: input.name, label: typeof input.label === 'string' ? input.label : input.name }]
      : [],
  )
  return { label: String(trigger.button.label ?? ''), inputs }
}

function Press({
  button,
  disabled,
  onPress,
}: {
  button: PressableButton
  disabled: boolean
  onPress: (inputs: Record<string, string>) => void
}) {
  const words = useRoomWords(tryWords)
  const [inputs, setInputs] = useState<Record<string, string>>({})
  return (
    <div className="space-y-2">
      {button.inputs.map(({ name, label }) => (
        <Field
          key={name}
          label={label}
          value={inputs[name] ?? ''}
          maxLength={1_000}
          onChange={(event) => setInputs({ ...inputs, [name]: event.target.value })}
        />
      ))}
      <Button
        className="w-full"
        disabled={disabled}
        onClick={() => onPress(Object.fromEntries(button.inputs.map(({ name }) => [name, inputs[name] ?? ''])))}
      >
        {words.press(button.label)}
      </Button>
    </div>
  )
}
