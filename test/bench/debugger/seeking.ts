// Moves of a session, each followed by what is shown of the moment.
import { Session } from "../../../src/session/session";
import type { Run } from "../../../src/conv/run";
import { framesOf } from "../../../src/trace/order/navigate";
import { stages } from "../../../src/trace/order/stages";
import { generator } from "../../unit/trace/anyRun";
import { type Row, since, sum, timesRow, turnsOf } from "./record";

/** Cells of dW whose sums are entered for the first time. */
const ENTERED = 24;

/** The end of a long sum that nobody has looked at: all of its turns together are the wait for the number. */
export function measureEntering(run: Run, layer: string): Row[] {
  const { trace } = new Session(run);
  const { start, cellSteps, cells } = trace.steps.spans.dW;
  const [turns, waits]: number[][] = [[], []];
  for (let i = 0; i < ENTERED; i++) {
    const step = start + (Math.floor((i * cells) / ENTERED) + 1) * cellSteps - 2;
    const each = turnsOf(trace, () => trace.at(step));
    turns.push(...each);
    waits.push(sum(each));
  }
  return [
    timesRow("seek, dW, a sum for the first time: each turn", layer, turns.slice(-Math.floor(turns.length / 2)), 5),
    timesRow("… all of it", layer, waits.slice(-ENTERED / 2), 5),
  ];
}

/** After so many that are not timed. */
const WARM = 100;
const MOVES = 600;

export function measureSeeking(run: Run, layer: string): Row[] {
  const session = new Session(run);
  const random = generator(1);
  const { spans } = session.trace.steps;
  const show = () => {
    session.trace.at(session.step);
    framesOf(session.trace.steps, session.position);
  };
  const time = (move: () => void): number => {
    const started = process.cpuUsage();
    move();
    show();
    return since(started);
  };
  return stages.flatMap((stage) => {
    const { start, count } = spans[stage];
    const [seeks, steps]: number[][] = [[], []];
    for (let i = -WARM; i < MOVES; i++) {
      if (i === 0) [seeks.length, steps.length] = [0, 0];
      seeks.push(time(() => session.seek(start + Math.floor(random() * count))));
      steps.push(time(() => session.move(i % 2 === 0 ? "next" : "previous")));
    }
    return [timesRow(`seek, ${stage}`, layer, seeks, 5), timesRow(`step and reverse step, ${stage}`, layer, steps, 5)];
  });
}
