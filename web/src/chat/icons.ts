import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

/** Small drawings beside words; they never carry meaning alone and screen readers do not hear them. */
function icon(paths: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;
}

export const computer = icon(svg`<path d="M4 5h16v11H4zM9 20h6M12 16v4" />`);
export const person = icon(svg`<circle cx="12" cy="8" r="4" /><path d="M4 21c0-5 3.6-7 8-7s8 2 8 7" />`);
export const clock = icon(svg`<circle cx="12" cy="12" r="9" /><path d="M12 7v5l3 2" />`);
export const lock = icon(svg`<path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3" />`);
export const alarm = icon(svg`<path d="M12 3 2 20h20zM12 9v5M12 17v.5" />`);
export const phone = icon(
  svg`<path d="M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z" />`,
);
export const check = icon(svg`<path d="m5 12 5 5 9-10" />`);
export const cross = icon(svg`<path d="m6 6 12 12M18 6 6 18" />`);
export const exit = icon(svg`<path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9" />`);
export const menu = icon(svg`<path d="M4 7h16M4 12h16M4 17h16" />`);
export const sound = icon(svg`<path d="M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11" />`);
export const down = icon(svg`<path d="M12 5v14M6 13l6 6 6-6" />`);

/** What a button with a drawing and a word holds, in the parts that NL Design System lays out. */
export function withLabel(drawing: TemplateResult, label: unknown): TemplateResult {
  return html`<span class="nl-button__icon-start">${drawing}</span><span class="nl-button__label">${label}</span>`;
}
