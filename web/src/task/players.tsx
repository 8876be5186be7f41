import { CircleAlert, Download, Pause, Play } from 'lucide-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Attachment } from '../api/types.ts'
import { fileUrl } from '../api/upload.ts'
import { IconButton } from '../ui/button.tsx'
import { readSetting, writeSetting } from '../ui/settings.ts'
import { createStore, useStore } from '../ui/store.ts'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { mediaWords } from './media-words.ts'

const SPEEDS = [1, 1.5, 2] as const
/** As the listener likes it: kept for all recordings. */
const speed = createStore<number>(SPEEDS.find((one) => String(one) === readSetting('play-speed')) ?? 1)

/** One recording at a time is enough. */
const playing = createStore<HTMLMediaElement | null>(null)

export function AudioPlayer({ file }: { file: Attachment }) {
  const { words } = useLanguage()
  const { player } = useRoomWords(mediaWords)
  const audio = useRef<HTMLAudioElement>(null)
  const { on, at, length, broken, toggle } = usePlayer(audio)
  if (broken) return <Broken file={file} />
  return (
    // biome-ignore lint/a11y/useSemanticElements: a player is no form
    <div
      role="group"
      aria-label={words.files.play(file.name)}
      className="flex h-11 w-72 max-w-full items-center gap-2 rounded-lg border border-line bg-panel pr-2 pl-1 text-ink"
    >
      {/* biome-ignore lint/a11y/useMediaCaption: a client's recording comes without captions */}
      <audio ref={audio} preload="metadata" src={fileUrl(file.id, true)} />
      <IconButton label={on ? player.pause : player.play} onClick={toggle}>
        {on ? <Pause size={17} aria-hidden="true" /> : <Play size={17} aria-hidden="true" />}
      </IconButton>
      <input
        type="range"
        min={0}
        max={length || 1}
        step={0.1}
        value={at}
        aria-label={player.position}
        aria-valuetext={`${clock(at)} / ${clock(length)}`}
        onChange={({ target }) => {
          if (audio.current) audio.current.currentTime = Number(target.value)
        }}
        className="h-1 min-w-0 flex-1 accent-accent-fill pointer-coarse:h-11"
      />
      <span className="text-xs text-soft tabular-nums">{clock(on || at > 0 ? at : length)}</span>
      <SpeedButton />
    </div>
  )
}

export function VideoPlayer({ file }: { file: Attachment }) {
  const { words } = useLanguage()
  const video = useRef<HTMLVideoElement>(null)
  const { broken } = usePlayer(video)
  if (broken) return <Broken file={file} />
  return (
    <div className="max-w-full">
      {/* biome-ignore lint/a11y/useMediaCaption: a client's film comes without captions */}
      <video
        ref={video}
        controls
        preload="metadata"
        src={fileUrl(file.id, true)}
        aria-label={words.files.play(file.name)}
        className="h-56 max-w-full rounded-lg bg-black"
      />
      <div className="mt-1 flex justify-end">
        <SpeedButton />
      </div>
    </div>
  )
}

function usePlayer(media: RefObject<HTMLMediaElement | null>) {
  const rate = useStore(speed)
  const current = useStore(playing)
  const [on, setOn] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(0)
  const [broken, setBroken] = useState(false)
  useEffect(() => {
    const element = media.current
    if (!element) return
    const over = new AbortController()
    const listen = (name: string, listener: () => void) =>
      element.addEventListener(name, listener, { signal: over.signal })
    listen('play', () => {
      setOn(true)
      playing.set(element)
    })
    listen('pause', () => setOn(false))
    listen('ended', () => setOn(false))
    listen('timeupdate', () => setAt(element.currentTime))
    // A recording without a length in its head has it once it was played through.
    const noteLength = () => setLength(Number.isFinite(element.duration) ? element.duration : 0)
    listen('durationchange', noteLength)
    listen('error', () => setBroken(true))
    // A small file may have been read, or found broken, before anybody listened.
    noteLength()
    if (element.error) setBroken(true)
    return () => over.abort()
  }, [media])
  useEffect(() => {
    if (media.current) media.current.playbackRate = rate
  }, [media, rate])
  useEffect(() => {
    if (current !== null && current !== media.current) media.current?.pause()
  }, [current, media])
  return {
    on,
    at,
    length,
    broken,
    toggle() {
      const element = media.current
      if (!element) return
      if (element.paused) element.play().catch(() => setBroken(true))
      else element.pause()
    },
  }
}

function SpeedButton() {
  const { locale } = useLanguage()
  const { player } = useRoomWords(mediaWords)
  const rate = useStore(speed)
  const shown = `${rate.toLocaleString(locale)}×`
  return (
    <button
      type="button"
      aria-label={player.speed(shown)}
      title={player.speed(shown)}
      onClick={() => {
        const next = SPEEDS[((SPEEDS as readonly number[]).indexOf(rate) + 1) % SPEEDS.length] ?? 1
        speed.set(next)
        writeSetting('play-speed', next === 1 ? null : String(next))
      }}
      className="h-6 min-w-9 shrink-0 rounded-md bg-hover px-1.5 text-xs font-medium tabular-nums pointer-coarse:h-11"
    >
      {shown}
    </button>
  )
}

function Broken({ file }: { file: Attachment }) {
  const { words } = useLanguage()
  const { player } = useRoomWords(mediaWords)
  return (
    <div className="max-w-72 rounded-lg border border-line bg-panel px-3 py-2 text-[0.8125rem] text-soft">
      <p className="flex items-start gap-1.5">
        <CircleAlert size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
        {player.broken}
      </p>
      <a href={fileUrl(file.id, false)} download className="mt-1 flex items-center gap-1.5 text-accent underline">
        <Download size={14} aria-hidden="true" />
        <bdi className="truncate">{words.files.download(file.name)}</bdi>
      </a>
    </div>
  )
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
