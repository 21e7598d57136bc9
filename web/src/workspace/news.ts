/**
 * News of the service, once for all pages of this browser. Over HTTP/1.1 a browser has six connections to us in all, so one page
 * holds the stream and tells the others; when it is closed the next one takes over.
 */

/** Somebody in danger who has nobody yet. */
export type Alarm = { id: string; reference: string };

/** What changed: the queue (with who is in danger), a conversation, or that we are signed out. */
export type News = { kind: 'wachtrij'; alarms: Alarm[] } | { kind: 'gesprek'; id: string } | { kind: 'uit' };

const NAME = 'werk-nieuws';
const AGAIN_MS = 3000;
/** Many colleagues hear the same news at the same moment; their pages do not all ask at once. */
const SPREAD_MS = 1200;

let leads = false;

/** Whether this page is the one that holds the stream: what must happen once for all pages happens here. */
export function isLeader(): boolean {
  return leads;
}

/** Passes news on to the parts of this page that listen to it (`hx-trigger="wachtrij from:body"`). */
export function listenForNews(): void {
  if (!document.getElementById('balk')) return;
  const others = new BroadcastChannel(NAME);
  others.addEventListener('message', (event: MessageEvent<News>) => act(event.data));
  const tell = (news: News): void => {
    others.postMessage(news);
    act(news);
  };
  void navigator.locks.request(NAME, () => {
    leads = true;
    return stream(tell);
  });
}

/** Holds the stream for as long as the page lives; EventSource connects again by itself, except after an error of the server. */
function stream(tell: (news: News) => void): Promise<void> {
  return new Promise((ended) => {
    const connect = (): void => {
      const source = new EventSource('/werk/nieuws');
      source.addEventListener('wachtrij', (event) => {
        const told = JSON.parse(event.data) as { alarms: Alarm[] };
        tell({ kind: 'wachtrij', alarms: told.alarms });
      });
      source.addEventListener('gesprek', (event) => {
        tell({ kind: 'gesprek', id: (JSON.parse(event.data) as { id: string }).id });
      });
      source.addEventListener('uit', () => {
        source.close();
        tell({ kind: 'uit' });
        ended();
      });
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_MS);
      });
    };
    connect();
  });
}

function act(news: News): void {
  document.body.dataset.nieuws = 'aan';
  if (news.kind === 'uit') {
    location.reload();
  } else if (news.kind === 'gesprek') {
    pass('gesprek');
  } else {
    // Danger is shown from the news itself: nobody waits for a page that fifty colleagues ask for at once.
    pass('alarm', news.alarms);
    setTimeout(() => pass('wachtrij'), Math.random() * SPREAD_MS);
  }
}

function pass(name: string, detail?: Alarm[]): void {
  document.body.dispatchEvent(new CustomEvent(name, { detail }));
}
