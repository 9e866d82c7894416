import { GatehouseClient } from '/client/index.js';
import { Announcer } from './announcer.js';
import { Chat } from './chat.js';
import { Composer } from './composer.js';
import { ConnectionView } from './connection-view.js';
import { Drafts } from './drafts.js';
import { Drawer } from './drawer.js';
import { element, expose, part } from './element.js';
import { perFrame } from './frame.js';
import { MessageList } from './message-list.js';
import { ScrollKeeper } from './scroll-keeper.js';
import { ThreadList } from './thread-list.js';

const STARTERS = ['Why is it not ready?', 'Show the start-up timeline', 'How many connections are there?', 'What can you do?'];

const url = new URL('/ws', location.href);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

const client = new GatehouseClient(url);
const chat = new Chat(client);
const composer = new Composer(chat, new Drafts());
const messages = new MessageList(part('messages'), chat, text => composer.edit(text));
const scroll = new ScrollKeeper(part('scroller'), part('latest'));
const announcer = new Announcer(chat);
const drawer = new Drawer();
const render = perFrame(() => {
  messages.render();
  composer.render();
  announcer.render();
  threads.render(chat.threadId);
  const isEmpty = part('messages').childElementCount === 0;
  part('welcome').hidden = !isEmpty || chat.isLoading;
  part('messages').setAttribute('aria-busy', String(Boolean(chat.replica?.run)));
  showTitle();
  scroll.keep();
});
const threads = new ThreadList(client, render);

/** The thread's id stands in the address, so that a reload, a bookmark and a second tab find it again. */
function openFromAddress() {
  const threadId = decodeURIComponent(location.hash.slice(1));
  if (threadId === (chat.threadId ?? '')) return;
  chat.open(threadId === '' ? null : threadId);
  drawer.close();
  scroll.toEnd();
}

function showTitle() {
  const said = chat.replica?.messages.find(({ role }) => role === 'user')?.content ?? chat.waiting[0]?.text;
  const title = (chat.threadId && threads.title(chat.threadId)) || said?.slice(0, 80) || 'New chat';
  part('title').textContent = title;
  document.title = chat.threadId ? `${title} · Gatehouse` : 'Gatehouse';
}

function onKey(/** @type {KeyboardEvent} */ event) {
  const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]');
  const isCommand = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
  if (isCommand || (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey)) {
    event.preventDefault();
    drawer.close();
    composer.focus();
  } else if (event.key === 'Escape' && !event.isComposing) {
    if (drawer.isOpen) drawer.close();
    else chat.cancel();
  }
}

part('starters').append(...STARTERS.map(question => element('li', {},
  element('button', { type: 'button', class: 'starter', onclick: () => chat.say(question) }, question))));

part('skip-link').addEventListener('click', event => {
  event.preventDefault();
  composer.focus();
});

part('new-thread').addEventListener('click', () => {
  drawer.close();
  composer.focus();
});

// Also where the address stays the same, because it is the open chat that was chosen.
part('thread-list').addEventListener('click', event => {
  if (event.target instanceof Element && event.target.closest('a')) drawer.close();
});

chat.addEventListener('change', () => {
  const address = chat.threadId === null ? '' : `#${chat.threadId}`;
  if (location.hash !== address) history.pushState(null, '', address || location.pathname);
  render();
});
chat.addEventListener('said', () => scroll.toEnd());
chat.addEventListener('threads', () => threads.refresh());
chat.addEventListener('complaint', event => announcer.say(/** @type {CustomEvent} */ (event).detail));
client.addEventListener('unfollowed', render);
addEventListener('hashchange', openFromAddress);
addEventListener('popstate', openFromAddress);
addEventListener('keydown', onKey);

expose(window, { gatehouse: { client, chat } });
new ConnectionView(client);
openFromAddress();
render();
client.start();
if (matchMedia('(hover: hover)').matches) composer.focus();
