import { type Dress, envelope, type FromFrame, readDress, readFromLoader } from '../shared/frame-messages.ts';

/** The chat's side of the line to the loader on the host page. */
export class Embedding {
  constructor(
    private readonly onOpened: () => void,
    private readonly onDress: (dress: Dress) => void,
  ) {}

  connect(): void {
    window.addEventListener('message', this.hear);
    this.tell('ready');
  }

  disconnect(): void {
    window.removeEventListener('message', this.hear);
  }

  tell(type: FromFrame): void {
    // Any site may embed us, so its origin is not known here; there is nothing secret in these words.
    window.parent.postMessage(envelope(type), '*');
  }

  private readonly hear = (event: MessageEvent): void => {
    if (event.source !== window.parent) return;
    const type = readFromLoader(event.data);
    if (type === 'opened') this.onOpened();
    if (type === 'dress') this.onDress(readDress(event.data));
  };
}
