import type { ComputeData } from "../../tensor/dtype";

/** Elements that are looked at together. */
const PIECE = 2 ** 14;

/**
 * Which float32 elements are tame: 0, or at least 2⁻⁶². Their products are 0 or at least 2⁻¹²⁴. Added to a float32 they come to at least
 * 2⁻¹²⁶, or to a number that a double holds exactly; so that where the double sum lies in the middle between two float32 is told by its
 * last bits alone. Each piece of the tensor is read once, when it is first asked for.
 */
export class Tame {
  readonly #data: ComputeData;
  /** 0: not looked at yet; 1: tame; 2: not. */
  readonly #pieces: Uint8Array;

  constructor(data: ComputeData) {
    this.#data = data;
    this.#pieces = new Uint8Array(Math.ceil(data.length / PIECE));
  }

  /** false where it is not, or perhaps not: there may be others in the same pieces. */
  among(from: number, to: number): boolean {
    for (let piece = Math.floor(from / PIECE); piece * PIECE < to; piece++) {
      if (this.#pieces[piece] === 0) this.#pieces[piece] = this.#isTame(piece) ? 1 : 2;
      if (this.#pieces[piece] === 2) return false;
    }
    return true;
  }

  #isTame(piece: number): boolean {
    const { buffer, byteOffset, length } = this.#data;
    if (this.#data instanceof Float64Array) return false;
    const from = piece * PIECE;
    const bits = new Int32Array(buffer, byteOffset + 4 * from, Math.min(PIECE, length - from));
    let isTame = true;
    // Twice the bits are without the sign, and the exponent of 2⁻⁶² is written as 65; 0, less one, is the largest of all.
    for (let i = 0; i < bits.length; i++) if (((bits[i] << 1) - 1) >>> 0 < (65 << 24) - 1) isTame = false;
    return isTame;
  }
}
