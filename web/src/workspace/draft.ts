let sending = false;

/** Asks before somebody leaves an answer behind that was not sent. Not when the server sends them away: then nothing may stay. */
export function guardDraft(): void {
  document.addEventListener('submit', (event) => {
    sending = event.target === draft()?.form;
  });
  document.addEventListener('htmx:after:request', (event) => {
    const headers = (event as CustomEvent<{ ctx: { response: { headers: Headers } } }>).detail.ctx.response.headers;
    sending = headers.has('HX-Redirect') || headers.has('HX-Refresh');
  });
  window.addEventListener('beforeunload', (event) => {
    if (!sending && draft()?.value.trim()) event.preventDefault();
  });
}

function draft(): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>('#antwoord-text');
}
