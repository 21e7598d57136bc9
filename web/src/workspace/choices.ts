/** What somebody chose on this device: `geluid` (sound) and `melding` (notices of the browser). Both are off until chosen. */
export type Choice = 'geluid' | 'melding';

/** Whether it was chosen. */
export function choice(name: Choice): boolean {
  return localStorage.getItem(`werk-${name}`) === 'aan';
}

/** Lets the boxes of the account page show and change what was chosen. */
export function offerChoices(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>('[data-keuze]')) {
    const name = box.dataset.keuze as Choice;
    box.checked = choice(name) && (name !== 'melding' || granted());
    box.disabled = name === 'melding' && !('Notification' in window);
    box.addEventListener('change', () => void choose(name, box));
  }
}

async function choose(name: Choice, box: HTMLInputElement): Promise<void> {
  if (name === 'melding' && box.checked && (await Notification.requestPermission()) !== 'granted') {
    box.checked = false;
    const refused = document.getElementById('melding-geweigerd');
    if (refused) refused.hidden = false;
    return;
  }
  localStorage.setItem(`werk-${name}`, box.checked ? 'aan' : 'uit');
}

function granted(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}
