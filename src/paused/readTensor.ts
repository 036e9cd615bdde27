import { ConvError } from "../base/errors";
import type { Tensor } from "../tensor/tensor";
import { readJavaScript, speaksJavaScript } from "./javascript";
import { type AskShape, readNative, speaksC } from "./native";
import type { Frame } from "./program";
import { readPython, speaksPython } from "./python";
import type { ReadOptions } from "./transfer";

export interface PausedOptions extends ReadOptions {
  readonly askShape: AskShape;
}

interface Language {
  /** Debuggers of such programs. A hint which to try first, no more: anybody may call his debugger what he likes. */
  readonly types: RegExp;
  speaks(frame: Frame): Promise<boolean>;
  read(frame: Frame, expression: string, options: PausedOptions): Promise<Tensor | undefined>;
}

const languages: readonly Language[] = [
  { types: /python|debugpy/, speaks: speaksPython, read: readPython },
  { types: /node|chrome|edge|extensionhost|bun|deno/, speaks: speaksJavaScript, read: readJavaScript },
  { types: /cpp|lldb|gdb|cdbg/, speaks: speaksC, read: readNative },
];

/**
 * The value of an expression in a paused program, as a tensor of the program's own type. undefined: no shape was given where one
 * is needed. Nothing of it stays in the program. Throws ConvError in one line, or why the frame's signal was given.
 */
export async function readPausedTensor(
  frame: Frame,
  expression: string,
  options: PausedOptions,
): Promise<Tensor | undefined> {
  const type = frame.type.toLowerCase();
  const likelyFirst = [...languages].sort((a, b) => Number(b.types.test(type)) - Number(a.types.test(type)));
  let said: unknown;
  for (const language of likelyFirst) {
    const spoken = await language.speaks(frame).catch((error: unknown) => {
      if (frame.signal.aborted) throw error;
      said ??= error;
      return false;
    });
    if (spoken) return language.read(frame, expression, options);
  }
  throw new ConvError(
    {
      code: "unsupported",
      what: `tensors cannot be read out of a program that is debugged as "${frame.type}"`,
      expected: "Python, JavaScript, C or C++, paused where expressions can be evaluated",
    },
    { cause: said },
  );
}
