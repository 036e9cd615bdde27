import type { Frame, Page } from "playwright-core";

export declare const themes: Readonly<Record<"dark" | "light" | "hc" | "hc-light", string>>;

export interface WorkbenchOptions {
  folder?: string;
  open?: string;
  run?: boolean;
  theme?: keyof typeof themes;
  size?: { width: number; height: number };
  settings?: Record<string, unknown>;
  others?: readonly string[];
  extensionsDir?: string;
  trusted?: boolean;
}

export interface Workbench {
  readonly page: Page;
  readonly server: { readonly home: string };
  readonly workspace: string;
  command(title: string): Promise<void>;
  panel(timeout?: number): Promise<Frame>;
  close(): Promise<void>;
}

export declare function openWorkbench(options?: WorkbenchOptions): Promise<Workbench>;
