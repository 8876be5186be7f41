import { Hono } from 'hono'

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}
/** Nothing from elsewhere, nothing inline but the empty icon. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:36rem;padding:1rem}
label{display:block;margin:.5rem 0}label span{display:block;font-size:.875rem}
input,select,textarea{box-sizing:border-box;font:inherit;padding:.375rem;width:100%}
button{font:inherit;margin:.25rem .5rem .25rem 0;padding:.375rem .75rem}
ol{list-style:none;padding:0}li{background:#eee;border-radius:.75rem;margin:.25rem 0;padding:.5rem .75rem;width:fit-content;max-width:85%;overflow-wrap:anywhere;white-space:pre-wrap}
li.from_client{background:#d9e8ff;margin-left:auto}li small{display:block;opacity:.7}
[role=alert]{color:#a00}`

/** What every plain page does first: its words in the language of the browser, and calls whose trouble it shows. */
const START = `const say = WORDS[navigator.language.startsWith('ru') ? 'ru' : 'en']
const byId = (id) => document.getElementById(id)
document.documentElement.lang = say === WORDS.ru ? 'ru' : 'en'
for (const element of document.querySelectorAll('[data-word]')) element.textContent = say[element.dataset.word]
document.title = say.title

async function ask(path, body) {
  const answer = await fetch(API + '/' + path, body && {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  })
  const json = await answer.json()
  if (!answer.ok) throw new Error(json.error.message)
  return json
}

async function guarded(work) {
  try { await work(); byId('trouble').textContent = '' }
  catch (error) { byId('trouble').textContent = error.message || say.failed }
}
`

export interface PlainPage {
  /** the last part of its address, below `/simulator/` */
  name: string
  /** below `/simulator/`: where its calls go */
  api: string
  title: string
  /** the form and the list, with `data-word` where words belong, `#trouble` and `#messages` */
  body: string
  /** defines nothing; `WORDS` in English and Russian, with `title` and `failed` */
  words: string
  /** has `say`, `byId`, `ask` and `guarded` */
  script: string
}

/** A small page to play a client on; strings, as the phone's (phone/page/routes.ts). */
export function plainPageRoutes({ name, api, title, body, words, script }: PlainPage): Hono {
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${name}/style.css">
<script type="module" src="${name}/app.js"></script>
</head>
<body>
${body}
</body>
</html>
`
  const code = `const API = '${api}'\nconst WORDS = ${words}\n${START}\n${script}`
  const app = new Hono()
  app.get('/', (c) => {
    if (c.req.path.endsWith('/')) return c.redirect(c.req.path.slice(0, -1))
    return c.body(page, 200, {
      ...HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
    })
  })
  app.get('/app.js', (c) => c.body(code, 200, { ...HEADERS, 'content-type': 'text/javascript; charset=utf-8' }))
  app.get('/style.css', (c) => c.body(STYLE, 200, { ...HEADERS, 'content-type': 'text/css; charset=utf-8' }))
  return app
}
