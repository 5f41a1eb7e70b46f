import type { Happening } from './agent-loop.ts';

/** Whoever handles what happens, once it is there. */
interface Handler {
  push(happening: Happening): void;
}

/** Takes in what happens from the first moment on, and hands it out in order as soon as there is somebody to handle it. */
export class Inbox {
  #early: Happening[] = [];
  #handler: Handler | undefined;

  readonly push = (happening: Happening): void => {
    if (this.#handler === undefined) this.#early.push(happening);
    else this.#handler.push(happening);
  };

  deliverTo(handler: Handler): void {
    this.#handler = handler;
    for (const happening of this.#early.splice(0)) handler.push(happening);
  }
}
