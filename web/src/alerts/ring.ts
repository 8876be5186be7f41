let context: AudioContext | null = null

/** Two soft notes. Browsers allow sound once somebody has clicked or typed in the page; before that it stays silent. */
export function ring(): void {
  try {
    context ??= new AudioContext()
    void context.resume()
    note(context, 880, 0)
    note(context, 1175, 0.14)
  } catch {
    // No sound device.
  }
}

function note(audio: AudioContext, frequency: number, after: number) {
  const at = audio.currentTime + after
  const oscillator = audio.createOscillator()
  const volume = audio.createGain()
  oscillator.frequency.value = frequency
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.12, at + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.45)
  oscillator.connect(volume).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + 0.5)
}
