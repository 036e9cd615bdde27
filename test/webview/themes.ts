import values from "../fixtures/themes/themes.json";

export type ThemeName = "dark" | "light" | "hc-dark" | "hc-light";
export const themeNames = ["dark", "light", "hc-dark", "hc-light"] as const satisfies readonly ThemeName[];

/** What VS Code gives a webview: classes of its body, and custom properties on its root. */
export interface Theme {
  readonly bodyClass: string;
  /** data-vscode-theme-kind of the body. */
  readonly kind: string;
  readonly tokens: Readonly<Record<string, string>>;
}

/** Dark Modern, Light Modern, Dark High Contrast, Light High Contrast, as the real VS Code hands them out. */
export const themes: Readonly<Record<ThemeName, Theme>> = {
  dark: { ...values.dark, kind: "vscode-dark" },
  light: { ...values.light, kind: "vscode-light" },
  "hc-dark": { ...values["hc-dark"], kind: "vscode-high-contrast" },
  "hc-light": { ...values["hc-light"], kind: "vscode-high-contrast-light" },
};
