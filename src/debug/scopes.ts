import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { positionOf } from "../conv/columns";
import { type Axis, type Geometry, extentFormula, sizeFormula } from "../conv/geometry";
import type { TensorName } from "../conv/run";
import { numberText } from "../tensor/numbers";
import { elementText } from "../trace/order/elements";
import type { Frame } from "../trace/order/navigate";
import { nests } from "../trace/order/stages";
import type { Place } from "../trace/order/steps";
import { type Container, type Present, namedOnly } from "./container";
import { isOutside } from "./phrases";
import { sumOf } from "./sum";
import { partText, partVariable, tensorVariable, tensorsOf } from "./tensors";

/** What a frame shows, the most wanted first. */
export function scopesOf(now: Present, frame: Frame): P.Scope[] {
  const scope = (name: string, container: Container, hint?: P.Scope["presentationHint"]): P.Scope => ({
    name,
    presentationHint: hint,
    variablesReference: now.containers.of(container),
    // Only a list is paged, and then what has a name must be counted: it is fetched apart.
    ...(container.length > 0 && { indexedVariables: container.length, namedVariables: container.named().length }),
    expensive: false,
  });
  const sum = frame.depth === "stage" ? null : sumOf(now);
  return [
    scope("Indices", indices(now, frame), "locals"),
    ...(sum === null ? [] : [scope("Running Sum", sum)]),
    ...(frame.depth === "tap" ? [scope("Reads and Writes", touched(now))] : []),
    scope("Tensors", tensors(now)),
    scope(
      "Geometry",
      namedOnly(() => geometry(now.trace.geometry)),
    ),
  ];
}

/** A number or a word that nobody can change. */
function plain(name: string, value: string, evaluateName?: string): P.Variable {
  return { name, value, variablesReference: 0, evaluateName, presentationHint: { attributes: ["readOnly"] } };
}

/** The loop indices that are known in a frame, and what the listing makes of them. */
function indices(now: Present, { depth }: Pick<Frame, "depth">): Container {
  return namedOnly(() => {
    const place = now.trace.steps.place(now.step);
    const { cell, tap } = nests[place.stage];
    const loops = depth === "stage" ? [] : depth === "cell" ? cell : [...cell, ...tap];
    const has = (...names: readonly string[]) => names.every((name) => loops.some((loop) => loop === name));
    const derived = [
      ...(place.row !== null && has("n", "oy", "ox") ? [plain("row", String(place.row), "row")] : []),
      ...(place.tap !== null && has("c", "ky", "kx") ? [plain("tap", String(place.tap), "tap")] : []),
      ...(has("oy", "ox", "ky", "kx") ? inPadded(now.trace.geometry, place) : []),
      ...groupOf(now.trace.geometry, place, has("f") ? "f" : has("c") ? "c" : null),
    ];
    return [
      plain("stage", place.stage, "stage"),
      plain("step", String(now.step), "step"),
      ...loops.map((name) => plain(name, String(place.at[name]), name)),
      ...derived,
    ];
  });
}

function inPadded({ y, x }: Geometry, { at }: Place): P.Variable[] {
  const position = (name: string, axis: Axis, o: number, k: number) =>
    plain(name, String(positionOf(axis, o, k)), name);
  return [position("iy", y, at.oy, at.ky), position("ix", x, at.ox, at.kx)];
}

function groupOf(g: Geometry, { at }: Place, by: "f" | "c" | null): P.Variable[] {
  if (g.groups === 1 || by === null) return [];
  return [plain("g", String(Math.floor(at[by] / (by === "f" ? g.groupFilters : g.groupChannels))), "g")];
}

/** The elements that this step reads and writes. */
function touched(now: Present): Container {
  return namedOnly(
    () => {
      const { reads, writes } = now.trace.at(now.step);
      const { dtype } = now.trace.run.arithmetic;
      const shown = [
        ...reads.map((access) => ["read", access] as const),
        ...writes.map((access) => ["write", access] as const),
      ];
      return shown.map(([verb, access]) => {
        const { tensor, index, value } = access;
        const name = `${verb} ${elementText(now.trace.geometry, access)}`;
        if (isOutside(now, access)) return plain(name, "0");
        const variable = partVariable(now, { tensor, prefix: index }, name);
        return value === null ? variable : { ...variable, value: numberText(value, dtype) };
      });
    },
    (name) => {
      const { reads, writes } = now.trace.at(now.step);
      const found = [...reads, ...writes].find(
        (access) =>
          !isOutside(now, access) && name.endsWith(` ${partText({ tensor: access.tensor, prefix: access.index })}`),
      );
      return found === undefined ? null : { tensor: found.tensor, prefix: found.index };
    },
  );
}

function tensors(now: Present): Container {
  const names = tensorsOf(now.trace);
  const part = (name: string) => names.find((known) => known === name);
  return namedOnly(
    () => names.map((name) => tensorVariable(now, name)),
    (name) => {
      const tensor: TensorName | undefined = part(name);
      return tensor === undefined ? null : { tensor, prefix: [] };
    },
  );
}

function geometry(g: Geometry): P.Variable[] {
  const axis = (name: string, a: Axis) => [
    plain(`${name} of x`, `${a.begin} + ${a.size} + ${a.end} = ${a.padded} with padding`),
    plain(`${name} of a window`, extentFormula(a)),
    plain(`${name} of out`, sizeFormula(a)),
  ];
  return [
    plain("batch", String(g.batch)),
    plain("channels", String(g.channels)),
    plain("filters", String(g.filters)),
    plain("groups", String(g.groups)),
    plain("stride", `${g.y.stride}×${g.x.stride}`),
    plain("dilation", `${g.y.dilation}×${g.x.dilation}`),
    plain("padding mode", g.paddingMode),
    ...axis("height", g.y),
    ...axis("width", g.x),
    plain("rows of col", `${g.batch} · ${g.y.out} · ${g.x.out} = ${g.rows}`),
    plain("taps of col", `${g.channels} · ${g.y.kernel} · ${g.x.kernel} = ${g.taps}`),
  ];
}
