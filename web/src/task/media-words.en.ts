export const en = {
  player: {
    play: 'Play',
    pause: 'Pause',
    position: 'Position',
    speed: (speed: string) => `Speed: ${speed}`,
    broken: 'This cannot be played here. Save it and open it with another program.',
  },
  lightbox: {
    previous: 'Previous picture',
    next: 'Next picture',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fit: 'Fit',
    place: (n: number, of: number) => `${n} of ${of}`,
  },
}
