// Two native modules of VS Code's server in plain JavaScript, so that no compiler is needed.

/** Ends the extension host when the server that started it is gone. */
export const nativeWatchdog = `"use strict";
exports.start = (pid) => {
  const gone = () => { try { process.kill(pid, 0); } catch { process.exit(87); } };
  setInterval(gone, 1000).unref();
};
exports.exit = (code) => process.exit(code ?? 0);
`;

/** Writes log files, which the Output view reads: levels trace 0 to off 6, one line each, no rotation. */
export const spdlog = `"use strict";
const fs = require("fs");
const path = require("path");
const names = ["trace", "debug", "info", "warning", "error", "critical"];
class Logger {
  constructor(type, name, file) { this.file = file; this.level = 2; this.bare = false; }
  write(level, text) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace("T", " ").slice(0, 23);
    const line = this.bare ? text : time + " [" + names[level] + "] " + text + "\\n";
    try { fs.appendFileSync(this.file, line); } catch {}
  }
  trace(text) { this.write(0, text); }
  debug(text) { this.write(1, text); }
  info(text) { this.write(2, text); }
  warn(text) { this.write(3, text); }
  error(text) { this.write(4, text); }
  critical(text) { this.write(5, text); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.bare = true; }
  flush() {}
  drop() {}
}
const create = async (name, file) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger("rotating", name, file);
};
exports.version = 10500;
exports.setLevel = exports.setFlushOn = exports.shutdown = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = exports.createAsyncRotatingLogger = create;
`;
