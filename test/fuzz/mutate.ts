import { crc32 } from "../../src/formats/crc32";
import type { Bytes, Target } from "./targets";

/** Numbers from a seed (splitmix32): the same input again for the same seed and iteration. */
export class Dice {
  #state: number;

  constructor(seed: number, iteration: number) {
    this.#state = Math.imul(seed, 0x9e3779b9) ^ Math.imul(iteration + 1, 0x85ebca6b);
  }

  /** A whole number from 0 to below `sides`. */
  below(sides: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % sides;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

const MOST_BYTES = 8192;
const interesting = [0, 1, 127, 128, 255, 256, 65_535, 2 ** 20, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

type Mutation = (bytes: Bytes, dice: Dice, target: Target) => Bytes;

const mutations: readonly Mutation[] = [
  (bytes, dice) => changed(bytes, dice, (at) => (bytes[at] ^= 1 << dice.below(8))),
  (bytes, dice) => changed(bytes, dice, (at) => (bytes[at] = dice.below(256))),
  (bytes, dice) => changed(bytes, dice, (at) => (bytes[at] += dice.below(2) * 2 - 1)),
  (bytes, dice) =>
    changed(bytes, dice, (at) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const width = dice.of([2, 4, 8].filter((size) => at + size <= bytes.length).concat(1));
      const value = dice.of(interesting);
      const little = dice.below(2) === 0;
      if (width === 2) view.setUint16(at, value, little);
      else if (width === 4) view.setUint32(at, value, little);
      else if (width === 8) view.setBigUint64(at, BigInt(value) << BigInt(dice.of([0, 21, 31])), little);
    }),
  // A part is removed, doubled, or comes from another seed.
  (bytes, dice) => spliced(bytes, dice.below(bytes.length + 1), dice.below(64), new Uint8Array(0)),
  (bytes, dice) => {
    const from = dice.below(bytes.length + 1);
    return spliced(bytes, dice.below(bytes.length + 1), 0, bytes.slice(from, from + dice.below(256)));
  },
  (bytes, dice, target) => {
    const other = dice.of(target.seeds).bytes;
    const from = dice.below(other.length + 1);
    const part = other.slice(from, from + dice.below(256));
    return spliced(bytes, dice.below(bytes.length + 1), dice.below(2) * part.length, part);
  },
  (bytes, dice, target) => {
    const word = Uint8Array.from(Buffer.from(dice.of(target.words), "latin1"));
    return spliced(bytes, dice.below(bytes.length + 1), dice.below(2) * word.length, word);
  },
  // A number that is written in digits.
  (bytes, dice) => {
    const digits = [...bytes.keys()].filter((at) => bytes[at] >= 0x30 && bytes[at] <= 0x39);
    if (digits.length === 0) return bytes;
    const text = dice.of(["0", "-1", "9", "1e9", "4294967296", "9007199254740993", "1".repeat(30)]);
    return spliced(bytes, dice.of(digits), dice.below(2), Uint8Array.from(Buffer.from(text)));
  },
  (bytes, dice) => bytes.slice(0, dice.below(bytes.length + 1)),
];

function changed(bytes: Bytes, dice: Dice, change: (at: number) => void): Bytes {
  if (bytes.length > 0) change(dice.below(bytes.length));
  return bytes;
}

function spliced(bytes: Bytes, at: number, removed: number, added: Uint8Array): Bytes {
  const rest = bytes.subarray(Math.min(at + removed, bytes.length));
  const result = new Uint8Array(Math.min(MOST_BYTES, at + added.length + rest.length));
  const put = (part: Uint8Array, start: number) =>
    result.set(part.subarray(0, Math.max(0, result.length - start)), start);
  put(bytes.subarray(0, at), 0);
  if (at < result.length) put(added, at);
  if (at + added.length < result.length) put(rest, at + added.length);
  return result;
}

/** The input of an iteration: a seed with one to eight mutations. */
export function inputOf(target: Target, seed: number, iteration: number): { bytes: Bytes; from: string } {
  const dice = new Dice(seed, iteration);
  const { name, bytes: original } = dice.of(target.seeds);
  let bytes = original.slice(0, MOST_BYTES);
  const count = 1 + dice.below(dice.below(2) === 0 ? 2 : 8);
  for (let i = 0; i < count; i++) bytes = dice.of(mutations)(bytes, dice, target);
  // With wrong checksums nothing would get past the first chunk.
  if (target.name === "png" && dice.below(5) > 0) repairPng(bytes);
  return { bytes, from: name };
}

function repairPng(bytes: Bytes): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return;
    view.setUint32(end - 4, crc32(bytes.subarray(at + 4, end - 4)));
    at = end;
  }
}
