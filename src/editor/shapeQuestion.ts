import * as vscode from "vscode";
import { ConvError } from "../base/errors";
import { sizeText } from "../base/text";
import { type Dtype, dtypes } from "../tensor/dtype";
import { type Tensor, elementCount, shapeText } from "../tensor/tensor";
import { back, fillIn } from "./questions";
import { sizesSetting } from "./settingText";

const KEY = "paused.shapes";
const MOST_REMEMBERED = 50;

/** Asks for shapes that only the person knows: of a pointer, of numbers that lie in a row. What was answered is offered again. */
export class ShapeQuestion {
  constructor(readonly memory: vscode.Memento) {}

  /** `whole`: a tensor whose elements the shape must have, all of them. undefined: given up. */
  async ask(expression: string, element: Dtype, whole?: Tensor): Promise<readonly number[] | undefined> {
    const shapes = this.memory.get<Readonly<Record<string, readonly number[]>>>(KEY, {});
    const known = Object.hasOwn(shapes, expression) ? shapes[expression] : undefined;
    const count = whole && elementCount(whole.shape);
    const fitting =
      known !== undefined && (count === undefined || elementCount(known) === count) ? known : whole?.shape;
    const answer = await fillIn(
      { title: vscode.l10n.t("Conv: Open Tensor"), step: 1, total: 1 },
      whole === undefined
        ? vscode.l10n.t("Shape of what {0} points to", expression)
        : vscode.l10n.t("Shape of {0}", expression),
      (fitting ?? [1, 3, 32, 32]).join("×"),
      (text) => {
        const shape = sizesSetting("shape", text, [1, 2, 3, 4], 1);
        if (count === undefined || elementCount(shape) === count) return shape;
        throw new ConvError({
          code: "bad-shape",
          what: `${shapeText(shape)} has ${elementCount(shape)} elements`,
          expected: String(count),
        });
      },
      (shape) => `${element} ${shapeText(shape)}, ${sizeText(elementCount(shape) * dtypes[element].fileBytes)}`,
    );
    if (answer === undefined || answer === back) return undefined;
    const others = Object.entries(shapes).filter(([other]) => other !== expression);
    const remembered = others.slice(1 - MOST_REMEMBERED);
    await this.memory.update(KEY, Object.fromEntries([...remembered, [expression, answer]]));
    return answer;
  }
}
