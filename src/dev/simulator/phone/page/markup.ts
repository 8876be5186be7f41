/** The page's frame; its words come from the script, in the browser's language. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phone</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="phone/style.css">
<script type="module" src="phone/app.js"></script>
</head>
<body>
<div id="app" class="list-open">
  <aside>
    <header><h1 data-word="title"></h1><span id="live" role="status"></span><a href="instagram-phone">Instagram</a></header>
    <form id="new-client" autocomplete="off">
      <label><span data-word="number"></span><input id="client-number" name="number" inputmode="tel" required value="+1 555 010 0001" pattern="[+]?[0-9 \\(\\)\\-]{5,25}"></label>
      <label><span data-word="name"></span><input id="client-name" name="name" required value="Anna" maxlength="256"></label>
      <button type="submit" data-word="open"></button>
    </form>
    <nav><ul id="chats"></ul></nav>
  </aside>
  <main>
    <header>
      <button id="back" type="button" data-label="back">‹</button>
      <div><h2 id="chat-title"></h2><p id="chat-note"></p></div>
      <select id="business" data-label="business"></select>
    </header>
    <ol id="messages" aria-live="polite"></ol>
    <p id="empty" data-word="empty"></p>
    <div id="quote" hidden><span id="quote-text"></span><button id="quote-drop" type="button" data-label="dropQuote">×</button></div>
    <p id="trouble" role="alert" hidden></p>
    <form id="composer">
      <input id="file" type="file" hidden>
      <button id="attach" type="button" data-label="attach">+</button>
      <textarea id="text" rows="1" maxlength="65536" data-hint="message"></textarea>
      <button id="send" type="submit" data-label="send">➤</button>
    </form>
  </main>
</div>
</body>
</html>
`
