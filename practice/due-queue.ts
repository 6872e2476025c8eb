/** Something to be called back at a time. Cancelled or done, it has no callback any more. */
export interface Due {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

const isBefore = (one: Due, other: Due): boolean => one.at < other.at || (one.at === other.at && one.order < other.order);

/** What is due, first things first: a binary heap, in which cancelled ones stay until they are at the top. */
export class DueQueue {
  readonly #heap: Due[] = [];

  add(due: Due): void {
    const heap = this.#heap;
    let place = heap.push(due) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Due;
      if (!isBefore(due, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = due;
  }

  first(): Due | undefined {
    while (this.#heap.length > 0 && this.#heap[0]?.callback === undefined) this.#takeFirst();
    return this.#heap[0];
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      const below = one !== undefined && other !== undefined && isBefore(other, one) ? left + 1 : left;
      const child = heap[below];
      if (child === undefined || !isBefore(child, last)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  }
}
