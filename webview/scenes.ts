import type { Geometry } from "../src/conv/geometry";
import type { TensorName } from "../src/conv/run";
import { type Picture, changePicture, matrixPicture, planePicture, transposedPicture } from "../src/protocol/picture";
import type { Stage } from "../src/trace/order/stages";
import type { Place } from "../src/trace/order/steps";
import type { Planes } from "./store";

/** Planes that one press goes on, on the axis of batch or filters and on that of channels; 0: there is nowhere to go. */
export type Paging = readonly [number, number];

/** One picture of a scene, with its caption. */
export interface Pane {
  /** The same as long as the pane stays where it is. */
  readonly id: string;
  readonly picture: Picture;
  readonly title: string;
  readonly detail: string;
  readonly paging: Paging;
  /** Not the tensor's numbers, but how many gradients each cell has got so far. */
  readonly counts?: true;
}

/** One of the three directions of a product: how many there are, the present one, and what the direction counts. */
export interface Direction {
  readonly count: number;
  readonly at: number;
  readonly name: string;
}

/** A factor or the result of a product: `row` and `col` are where the directions begin in its picture. */
export interface Operand extends Pane {
  readonly row: number;
  readonly col: number;
}

/** Read on the left, written on the right. */
export type Scene =
  | {
      readonly kind: "product";
      readonly rail: readonly Pane[];
      /** null: nothing is multiplied, the top one is added up. */
      readonly left: Operand | null;
      readonly top: Operand;
      readonly result: Operand;
      readonly m: Direction;
      readonly k: Direction;
      readonly n: Direction;
    }
  | {
      readonly kind: "copy";
      readonly from: readonly Pane[];
      readonly to: readonly Pane[];
      /** Of its planes, all together. */
      readonly paging: Paging;
    };

const NO_PAGING = [0, 0] as const;

/** How the planes of a scene are picked. */
export interface PlaneChoice {
  /** The place whose planes are shown: the present one, or while the steps fly by, one just before. */
  readonly at: Place["at"];
  /** Planes that stay, wherever the step goes. */
  readonly chosen: Readonly<Partial<Record<TensorName, Planes>>>;
  /** Channels that there is room for side by side before they are paged. */
  readonly most: number;
  /** What an edit has made of out is looked at, too. */
  readonly changed?: boolean;
}

/** What is on the screen at a place of the run. Panes that only differ in what they show keep their id. */
export function sceneAt(g: Geometry, place: Place, planes: PlaneChoice): Scene {
  return scenes[place.stage](g, place, planes);
}

const scenes: Readonly<Record<Stage, (g: Geometry, place: Place, planes: PlaneChoice) => Scene>> = {
  im2col: (g, _, planes) => ({
    kind: "copy",
    from: channels(g, planes, "x", planes.most),
    to: [matrixPane("col", "col", "")],
    paging: [1, g.channels > planes.most ? planes.most : 0],
  }),

  gemm: (g, place, planes) => {
    const group = Math.floor(place.at.c / g.groupChannels);
    return {
      kind: "product",
      rail: [
        plane(g, planes, "x"),
        plane(g, planes, "out"),
        ...(planes.changed === true ? [change(plane(g, planes, "out"))] : []),
      ],
      left: operand("col", "col", "", 0, group * g.groupTaps),
      top: operand("Wᵀ", "W", groupText(g, group), 0, 0),
      result: operand("out", "out", "", 0, 0),
      m: rows(g, place),
      k: { count: g.groupTaps, at: place.k, name: "taps" },
      n: { count: g.filters, at: place.at.f, name: "filters" },
    };
  },

  db: (g, place, planes) => ({
    kind: "product",
    rail: [plane(g, planes, "dout")],
    left: null,
    top: operand("dout", "dout", "", 0, 0),
    result: operand("db", "db", "the sum of each column", 0, 0),
    m: { count: 1, at: 0, name: "" },
    k: rows(g, place),
    n: { count: g.filters, at: place.at.f, name: "filters" },
  }),

  dW: (g, place, planes) => {
    const group = Math.floor(place.at.c / g.groupChannels);
    const tap = (place.tap ?? 0) - group * g.groupTaps;
    return {
      kind: "product",
      rail: [plane(g, planes, "x"), plane(g, planes, "dout")],
      left: { ...operand("colᵀ", "col", "", group * g.groupTaps, 0), picture: transposedPicture("col") },
      top: operand("dout", "dout", groupText(g, group), 0, 0),
      result: operand("dWᵀ", "dW", "", 0, 0),
      m: { count: g.groupTaps, at: tap, name: "taps" },
      k: rows(g, place),
      n: { count: g.filters, at: place.at.f, name: "filters" },
    };
  },

  dcol: (g, place, planes) => {
    const group = Math.floor(place.at.c / g.groupChannels);
    const tap = (place.tap ?? 0) - group * g.groupTaps;
    return {
      kind: "product",
      rail: [plane(g, planes, "dout"), plane(g, planes, "W")],
      left: operand("dout", "dout", "", 0, group * g.groupFilters),
      top: {
        ...operand("W", "W", groupText(g, group), group * g.groupFilters, 0),
        picture: transposedPicture("W"),
      },
      result: operand("dcol", "dcol", "", 0, group * g.groupTaps),
      m: rows(g, place),
      k: { count: g.groupFilters, at: place.k, name: "filters" },
      n: { count: g.groupTaps, at: tap, name: "taps" },
    };
  },

  col2im: (g, _, planes) => ({
    kind: "copy",
    from: [matrixPane("dcol", "dcol", "")],
    to: [...channels(g, planes, "dx", planes.most - 1), countsPane(g, planes)],
    paging: [1, g.channels >= planes.most ? planes.most - 1 : 0],
  }),
};

function rows(g: Geometry, place: Place): Direction {
  return { count: g.rows, at: place.row ?? 0, name: "rows" };
}

function groupText(g: Geometry, group: number): string {
  return g.groups === 1 ? "" : `group ${group} of ${g.groups}`;
}

function matrixPane(id: string, tensor: TensorName, detail: string): Pane {
  return { id, picture: matrixPicture(tensor), title: id, detail, paging: NO_PAGING };
}

function operand(title: string, tensor: TensorName, detail: string, row: number, col: number): Operand {
  return { ...matrixPane(`${title} matrix`, tensor, detail), title, row, col };
}

/** The plane that the present step is in, or the chosen one. */
function plane(g: Geometry, { at, chosen }: PlaneChoice, tensor: TensorName): Pane {
  const [major, minor] = presentPlane[tensor](at, g);
  const choice = chosen[tensor];
  return {
    id: `${tensor} plane`,
    picture: planePicture(tensor, choice?.major ?? major, choice?.minor ?? minor),
    title: tensor,
    detail: "",
    paging: [1, 1],
  };
}

/** The same plane of out, and what an edit has added to it. */
function change(out: Pane): Pane {
  const [n, f] = out.picture.plane ?? [0, 0];
  return { ...out, id: "change", picture: changePicture(n, f), title: "Δ out", paging: NO_PAGING };
}

/** All channels of an input side by side, or the page of them that the present one is on. */
function channels(g: Geometry, planes: PlaneChoice, tensor: "x" | "dx", most: number): Pane[] {
  const { picture } = plane(g, planes, tensor);
  const [n, c] = picture.plane ?? [0, 0];
  const first = Math.floor(c / most) * most;
  const shown = Math.min(most, g.channels - first);
  return Array.from({ length: shown }, (_, i) => ({
    id: `${tensor} ${i}`,
    picture: planePicture(tensor, n, first + i),
    title: tensor,
    detail: g.channels === 1 ? "" : `c ${first + i}`,
    paging: NO_PAGING,
  }));
}

/** The gradients that have arrived in the present channel of dx. */
function countsPane(g: Geometry, planes: PlaneChoice): Pane {
  const { picture } = plane(g, planes, "dx");
  const detail = g.channels === 1 ? "so far" : `c ${picture.plane?.[1] ?? 0}`;
  return { id: "counts", picture, title: "count", detail, paging: NO_PAGING, counts: true };
}

type Finder = (at: Place["at"], g: Geometry) => [number, number];
const ofWindow: Finder = ({ n, c }) => [n, c];
const ofOutput: Finder = ({ n, f }) => [n, f];
const ofWeight: Finder = ({ f, c }, g) => [f, c % g.groupChannels];
const none: Finder = () => [0, 0];
/** Where in each tensor the present step is. */
const presentPlane: Readonly<Record<TensorName, Finder>> = {
  x: ofWindow,
  dx: ofWindow,
  out: ofOutput,
  dout: ofOutput,
  W: ofWeight,
  dW: ofWeight,
  col: none,
  dcol: none,
  b: none,
  db: none,
};
