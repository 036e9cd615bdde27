import { type TemplateResult, html } from "lit";

/** One of a few, all in view: a group of radio buttons in one stop of the Tab key, with the arrows between them. */
export function segmented<T extends string>(
  label: string,
  options: readonly { readonly value: T; readonly text: string; readonly tip?: string }[],
  chosen: T,
  choose: (value: T) => void,
): TemplateResult {
  const keydown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = options.findIndex(({ value }) => value === chosen) + by;
    const next = (at + options.length) % options.length;
    const group = (event.currentTarget as HTMLElement).parentElement; // the listener is on the buttons only
    choose(options[next].value);
    group?.querySelectorAll<HTMLElement>("[role=radio]")[next].focus();
  };
  return html`<div class="segmented" role="radiogroup" aria-label=${label}>
    ${options.map(
      ({ value, text, tip }) =>
        html`<button
          type="button"
          role="radio"
          aria-checked=${String(value === chosen)}
          tabindex=${value === chosen ? 0 : -1}
          data-tip=${tip ?? ""}
          @click=${() => choose(value)}
          @keydown=${keydown}
        >
          ${text}
        </button>`,
    )}
  </div>`;
}
