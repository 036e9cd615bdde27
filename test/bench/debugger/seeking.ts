// Moves of a session, each followed by what is shown of the moment.
import { Session } from "../../../src/session/session";
import type { Run } from "../../../src/conv/run";
import { framesOf } from "../../../src/trace/navigate";
import { stages } from "../../../src/trace/stages";
import { generator } from "../../unit/trace/anyRun";
import { type Row, since, timesRow } from "./record";

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
