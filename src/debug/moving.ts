import type { SessionMove } from "../session/session";
import { stageStart } from "../trace/order/navigate";
import type { Depth } from "../trace/order/stages";
import type { Direction } from "../trace/order/navigate";
import * as args from "./arguments";
import type { Control } from "./control";
import { gotoTargets } from "./goto";
import { refusal } from "./messages";
import { inText, toClient } from "./positions";
import { type Handler, request } from "./request";

function step(move: SessionMove): Handler {
  return request("stopped", args.thread, (control, { threadId }, { after }) => {
    args.checkThread(threadId);
    after(() => control.walk.stepBy(move));
  });
}

function run(direction: Direction): Handler {
  return request("stopped", args.thread, (control, { threadId }, { after }) => {
    args.checkThread(threadId);
    after(() => void control.walk.resume(direction));
    return { allThreadsContinued: true };
  });
}

/** Every way to move. The two reverses that the protocol does not have are requests of our own. */
export const moving = {
  next: step("next"),
  stepIn: step("stepIn"),
  stepOut: step("stepOut"),
  stepBack: step("previous"),
  reverseStepIn: step("stepInBack"),
  reverseStepOut: step("stepOutBack"),
  continue: run("forward"),
  reverseContinue: run("back"),

  pause: request("loaded", args.thread, (control, { threadId }) => {
    args.checkThread(threadId);
    control.walk.interrupt(); // what is not running is paused already
  }),

  restartFrame: request("stopped", args.frame, (control, { frameId }, { after }) => {
    const frame = control.stops.frames.get(frameId);
    if (frame === undefined) throw stale("frame", frameId);
    after(() => control.walk.goTo(startOf(control, frame.depth), frame.depth, "restart"));
  }),

  gotoTargets: request("stopped", args.gotoTargets, (control, { source, line }) => {
    const { program, trace } = control;
    if (program.textOf(source) !== "listing") throw refusal("one can only go to a line of the listing");
    const from = inText(control, { line }).line;
    const targets = gotoTargets(trace, program.listing, from, control.step, program.lastStep);
    return {
      targets: targets.map((target) => {
        const { label } = target;
        return toClient(control, { id: control.stops.targets.of(target), label, line: target.line });
      }),
    };
  }),

  goto: request("stopped", args.goto, (control, { threadId, targetId }, { after }) => {
    args.checkThread(threadId);
    const target = control.stops.targets.get(targetId);
    if (target === undefined) throw stale("target", targetId);
    after(() => control.walk.goToLine(target));
  }),
};

/** The first step of the stage, the cell or the tap that is under way. */
function startOf({ trace, step: at }: Control, depth: Depth): number {
  const place = trace.steps.place(at);
  return { stage: stageStart(trace.steps, place.stage), cell: at - place.k, tap: at }[depth];
}

export function stale(what: string, id: number): Error {
  return refusal(`${what} ${id} is out of date, or never was`, "Ask for it again after each stop");
}
