/** Lets the browser save a text as a file. */
export function download(text: string, fileName: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has started reading by then; without this the text stays in memory as long as the page.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
