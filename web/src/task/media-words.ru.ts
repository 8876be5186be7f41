import type { en } from './media-words.en.ts'

export const ru: typeof en = {
  player: {
    play: 'Воспроизвести',
    pause: 'Пауза',
    position: 'Место записи',
    speed: (speed) => `Скорость: ${speed}`,
    broken: 'Здесь это не воспроизвести. Сохраните и откройте в другой программе.',
  },
  lightbox: {
    previous: 'Предыдущее изображение',
    next: 'Следующее изображение',
    zoomIn: 'Увеличить',
    zoomOut: 'Уменьшить',
    fit: 'По размеру',
    place: (n, of) => `${n} из ${of}`,
  },
}
