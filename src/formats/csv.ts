import Papa from "papaparse";
import { ConvError, type Place } from "../base/errors";
import { clipped } from "../base/text";
import { type Tensor, tensor } from "../tensor/tensor";
import { decodeText } from "./source";

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const words: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
  infinity: Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
};

/**
 * A matrix of numbers as text, [rows, columns] in float64. Separated by commas, semicolons, tabs, bars or spaces (whichever
 * the first lines have); empty lines and lines that begin with `#` are passed over. The first line is a heading if none of its
 * cells is a number; `note` is told. Throws ConvError `bad-value` at the line and column of a bad cell or a ragged row.
 */
export function csvTensor(bytes: Uint8Array, note: (text: string) => void = () => undefined): Tensor {
  const text = decodeText(bytes);
  const values: number[] = [];
  let columns: number | null = null;
  let rows = 0;
  let heading = false;
  for (const { cells, line, places } of rowsOf(text)) {
    if (rows === 0 && !heading && cells.every((cell) => numberOf(cell) === null)) {
      heading = true;
      note(`line ${line} was taken as a heading`);
      continue;
    }
    columns ??= cells.length;
    if (cells.length !== columns)
      throw bad(
        "the row does not have as many cells as the first one",
        { line, column: 1 },
        `${columns} cells`,
        String(cells.length),
      );
    cells.forEach((cell, i) => {
      const value = numberOf(cell);
      if (value === null)
        throw bad(
          "a cell is not a number",
          { line, column: places[i] },
          "a number, nan or inf",
          JSON.stringify(cell.slice(0, 40)),
        );
      if (Math.abs(value) === Infinity && number.test(cell))
        note(`line ${line}: ${clipped(cell)} is beyond float64 and became infinite`);
      values.push(value);
    });
    rows++;
  }
  if (columns === null)
    throw bad(
      "the file holds no numbers",
      { line: 1, column: 1 },
      "rows of numbers",
      heading ? "a heading only" : "nothing",
    );
  return tensor("float64", [rows, columns], Float64Array.from(values));
}

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
  /** The column of the text, from 1, at which each cell begins. */
  readonly places: readonly number[];
}

function* rowsOf(text: string): Generator<Row> {
  const delimiter = delimiterOf(text);
  const spaced = delimiter === " ";
  const { data } = Papa.parse<string[]>(text, { delimiter });
  let line = 1;
  for (const raw of data) {
    const here = line;
    // A quoted cell may hold line ends.
    line += 1 + raw.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
    if (raw[0].trimStart().startsWith("#") || raw.every((cell) => cell.trim() === "")) continue;
    let place = 1;
    const cells = raw.map((cell) => {
      const start = place + (cell.length - cell.trimStart().length);
      place += cell.length + 1;
      return { cell: cell.trim(), start };
    });
    // Several spaces in a row are one separator.
    const kept = spaced ? cells.filter(({ cell }) => cell !== "") : cells;
    yield { cells: kept.map(({ cell }) => cell), line: here, places: kept.map(({ start }) => start) };
  }
}

/**
 * What most of the first lines hold; where two are equal, the one that less often stands within a cell. Papa's own guess
 * wants three columns, and takes comments for rows.
 */
function delimiterOf(text: string): string {
  const lines = text.slice(0, 2 ** 16).split(/\r\n|\n|\r/);
  const rows = lines.filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#")).slice(0, 10);
  const counts = ["\t", ";", "|", ","].map((mark) => ({
    mark,
    lines: rows.filter((row) => row.replace(/"[^"]*"/g, "").includes(mark)).length,
  }));
  const best = counts.reduce((a, b) => (b.lines > a.lines ? b : a));
  return best.lines > 0 ? best.mark : " ";
}

function numberOf(cell: string): number | null {
  if (number.test(cell)) return Number(cell);
  const word = cell.toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : null;
}

function bad(what: string, at: Place, expected: string, found: string): ConvError {
  return new ConvError({ code: "bad-value", what, at, expected, found });
}
