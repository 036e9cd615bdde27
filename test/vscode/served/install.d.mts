export declare function installServed(): { readonly node: string; readonly main: string; readonly folder: string };
