/** What htmx tells about a request; the response is there only when the server answered. */
interface RequestEvent {
  ctx?: { response?: { status: number } };
}

const SERVER_ERROR = 500;

/** Says that the page no longer gets news, and takes it back when news comes again. */
export function watchConnection(): void {
  const place = document.getElementById('verbinding');
  if (!place) return;
  document.addEventListener('htmx:error', (event) => {
    if (!response(event)) say(place, 'Geen verbinding. Wat u ziet kan verouderd zijn.');
  });
  document.addEventListener('htmx:after:request', (event) => {
    const status = response(event)?.status;
    if (status !== undefined && status < SERVER_ERROR) place.replaceChildren();
  });
}

function response(event: Event): { status: number } | undefined {
  return (event as CustomEvent<RequestEvent>).detail.ctx?.response;
}

function say(place: HTMLElement, sentence: string): void {
  if (place.textContent === sentence) return;
  const paragraph = document.createElement('p');
  paragraph.className = 'werk-melding werk-melding--let-op';
  paragraph.textContent = sentence;
  place.replaceChildren(paragraph);
}
