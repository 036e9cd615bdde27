type Task = () => void;

const waiting = new Set<Task>();
const drawings = new Set<Task>();
let isAsked = false;
let isBusy = false;

/**
 * Runs a task at once, but only the first in a frame: what comes after it waits for the next one, so that many answers on the way make
 * one rendering. A task that waits already waits once.
 */
export function atOnceOrNext(task: Task): void {
  ask();
  if (isBusy) waiting.add(task);
  else {
    isBusy = true;
    waiting.delete(task);
    task();
  }
}

/** Runs a task with the next frame, or before it with something that is done at once: for what no hand waits for. */
export function inNextFrame(task: Task): void {
  waiting.add(task);
  ask();
}

/** Runs a task with the next frame, after everything that has been rendered for it: drawings, which then are the newest. */
export function whenRendered(task: Task): void {
  drawings.add(task);
  ask();
}

export function notWhenRendered(task: Task): void {
  drawings.delete(task);
}

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    run(waiting);
  });
  // Called when the promises that the first one has led to are done: when elements have rendered.
  requestAnimationFrame(() => {
    isAsked = isBusy = false;
    run(drawings);
    if (waiting.size > 0) ask();
  });
}

/** One that fails does not keep the others from running. */
function run(tasks: Set<Task>): void {
  const all = [...tasks];
  tasks.clear();
  for (const task of all)
    try {
      task();
    } catch (error) {
      reportError(error);
    }
}
