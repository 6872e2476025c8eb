import type { Cancel, Clock, KubeObject } from '../../model.ts';

/** Objects to be looked at once those who write now are done: each once, in the order in which they came. */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #look: (object: KubeObject) => void;
  readonly #objects = new Map<string, KubeObject>();
  #planned: Cancel | undefined;

  constructor(clock: Clock, look: (object: KubeObject) => void) {
    this.#clock = clock;
    this.#look = look;
  }

  add(object: KubeObject): void {
    this.#objects.set(object.metadata.uid, object);
    this.#planned ??= this.#clock.after(0, () => this.#work());
  }

  stop(): void {
    this.#planned?.();
    this.#objects.clear();
  }

  #work(): void {
    const objects = [...this.#objects.values()];
    this.#objects.clear();
    this.#planned = undefined;
    for (const object of objects) this.#look(object);
  }
}
