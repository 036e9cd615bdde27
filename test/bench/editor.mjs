// Installs what the measurement needs, and runs it.   npm run bench:editor: see editor.ts
import { ensureChromium, ensureDebianPackages, ensureDependencies, run } from "../setup.mjs";

ensureDependencies();
ensureChromium();
ensureDebianPackages(["python3-debugpy", "python3-numpy", "python3-torch"]);
run("node", ["esbuild.mjs"]);
run("npx", ["tsx", "test/bench/editor.ts"]);
