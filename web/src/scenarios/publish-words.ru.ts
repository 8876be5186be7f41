import type { en } from './publish-words.en.ts'

const rules = new Intl.PluralRules('ru')
const plural = (count: number, one: string, few: string, many: string) => {
  const rule = rules.select(count)
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const ru: typeof en = {
  title: (name: string) => `Опубликовать «${name}»`,
  again: (version: number) => `Опубликовать v${version} снова`,
  action: 'Опубликовать',
  changes: 'Что меняется',
  first: 'Пока ничего не опубликовано: это первая версия.',
  same: 'Отличий от рабочей версии нет: ничего не изменится.',
  live: (version: number) => `Сейчас: v${version}`,
  draft: 'Черновик',
  version: (version: number) => `v${version}`,
  found: 'Замечания',
  cannot: 'Опубликовать нельзя, пока есть ошибки.',
  switchedOff: 'Сценарий выключен. Публикация его не включает: пока не включите, ничего не начнётся.',
  openRuns: 'Незавершённые запуски',
  noOpenRuns: 'Незавершённых запусков нет: изменение коснётся только новых событий.',
  countOpen: (count: number) =>
    `${plural(count, 'запуск ещё идёт', 'запуска ещё идут', 'запусков ещё идут')}. Что с ними делать?`,
  counting: 'Считаем незавершённые запуски…',
  choices: {
    pin: { title: 'Идут дальше, как начали', text: 'Каждый запуск до конца остаётся на своей версии.' },
    drain: {
      title: 'Идут дальше, а старая версия помечена как завершающаяся',
      text: 'То же самое, но список напоминает, что старая версия ещё нужна.',
    },
    migrate: {
      title: 'Переходят на новую версию, где возможно',
      text: 'Сделанные шаги остаются сделанными. Ждут того, что указано в новой версии; обещанный срок не меняется.',
    },
    restart: {
      title: 'Начинаются заново',
      text: 'То же событие запускает их снова, с первого шага. Уже отправленные сообщения могут уйти ещё раз. Если новую версию запускает другое событие, они завершаются.',
    },
  },
  all: (count: number) => `все ${count}`,
  canMove: (count: number, open: number) => `могут перейти: ${count} из ${open}`,
  cannotMove: (count: number, why: string) => `не могут: ${count} (${why})`,
  reasons: {
    step_missing: 'шага, на котором они ждут, больше нет',
    step_changed: 'шаг, на котором они ждут, теперь делает другое',
    deadline_changed: 'у шага был срок, а теперь нет, или наоборот',
    variable_changed: 'у переменной теперь другой тип',
    client_changed: 'в одной версии есть клиент, в другой нет',
    not_waiting: 'они посередине шага',
  },
  done: {
    title: (version: number) => `Версия v${version} работает`,
    asked: {
      migrate: (count: number) => `Переходят на неё: ${plural(count, 'запуск', 'запуска', 'запусков')}.`,
      restart: (count: number) =>
        `Начинаются заново или завершаются: ${plural(count, 'запуск', 'запуска', 'запусков')}.`,
    },
    kept: (count: number) => `Остаются на своей версии: ${plural(count, 'запуск', 'запуска', 'запусков')}.`,
    none: 'Незавершённые запуски не затронуты.',
    off: 'Сценарий выключен, поэтому его пока ничего не запускает.',
    watch: 'К запускам',
  },
  changedMeanwhile: 'Пока вы смотрели, черновик изменили. Посмотрите ещё раз и опубликуйте.',
  versions: {
    title: 'Версии',
    empty: 'Пока ничего не опубликовано.',
    emptyHint: 'Каждая публикация остаётся версией: её можно сравнить и опубликовать снова.',
    columns: {
      version: 'Версия',
      when: 'Опубликована',
      by: 'Кто',
      changed: 'Что изменилось',
      runs: 'Идут сейчас',
      actions: 'Действия',
    },
    states: { published: 'работает', draining: 'завершается', pinned: 'ещё нужна', retired: 'в архиве' },
    nobody: 'через API',
    open: (count: number) => plural(count, 'запуск', 'запуска', 'запусков'),
    restore: 'Опубликовать снова…',
    toDraft: 'Скопировать в черновик',
    copied: (version: number) => `v${version} теперь в черновике. Пока ничего не опубликовано.`,
    replaceTitle: 'Заменить черновик?',
    replaceText: 'В черновике есть неопубликованные изменения. Они пропадут.',
    replace: 'Заменить черновик',
    more: (version: number) => `Ещё: v${version}`,
    compareWithBefore: 'Сравнить с предыдущей',
    compareWithDraft: 'Сравнить с черновиком',
    compare: 'Сравнить две версии',
    from: 'Было',
    to: 'Стало',
    chosen: (from: string, to: string) => `${from} → ${to}`,
    equal: 'Отличий нет.',
    firstVersion: 'Первая версия',
    steps: (change: { added: number; removed: number; changed: number }) =>
      [
        change.added > 0 && `+${plural(change.added, 'шаг', 'шага', 'шагов')}`,
        change.removed > 0 && `−${plural(change.removed, 'шаг', 'шага', 'шагов')}`,
        change.changed > 0 && `изменено: ${plural(change.changed, 'шаг', 'шага', 'шагов')}`,
      ]
        .filter(Boolean)
        .join(', '),
    parts: {
      name: 'название',
      description: 'описание',
      trigger: 'что запускает',
      concurrency: 'что делает второй запуск',
      priority: 'приоритет',
      limits: 'ограничения',
      vars: 'переменные',
      order: 'порядок шагов',
    },
    nothing: 'Только запись текста',
  },
  errors: {
    draft_changed: 'Пока вы смотрели, черновик изменили. Посмотрите ещё раз и опубликуйте.',
    scenario_invalid: 'В сценарии есть ошибки, опубликовать нельзя.',
    scenario_unreadable: 'Этот текст не читается как сценарий.',
    too_many_runs:
      'Идёт больше 2000 запусков: столько сразу перевести или начать заново нельзя. Оставьте их идти дальше.',
  },
}
