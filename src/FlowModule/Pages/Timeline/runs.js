// The runs of a timeline as a tree: what is inside of what, what is folded, what a filter leaves, and in which order it is read.
// Knows nothing of the page, so that it can be used and tested without one.
//
// A run, as JSON. Times are milliseconds since 1970 in UTC, with or without a fraction.
//
//   {
//     "id": "0199…",              any text, unique
//     "parent": "0199…" | null,   the run around it; a parent that is not there makes it a run at the top
//     "name": "brisk-otter",
//     "flow": "load-state",       the name of the flow or the task
//     "kind": "Flow" | "Subflow" | "Task" | "AdHoc",
//     "type": "Completed",        the state's type: Scheduled, Pending, Running, Paused, Cancelling, Completed, Failed, Crashed, Cancelled
//     "state": "Cached",          the state's name; without it, the type
//     "created": 1764509119000,
//     "start": 1764509119000 | null,
//     "end": 1764509121000 | null,
//     "message": "…" | null,      why it is in its state
//     "input": "Server=db" | null, what it was started for, in a few words
//     "states": [[1764509119000, "Running", "Retrying"], …],   time, type and (where it differs) name, oldest first; may be missing
//     "href": "/runs/0199…" | null  where the run's own page is
//   }

/** The types of states, the most urgent first, and the tone in which each is drawn. */
export const TONES = Object.freeze({
  Failed: 'bad', Crashed: 'bad', Cancelling: 'stopped', Cancelled: 'stopped', Paused: 'paused', Running: 'running', Pending: 'waiting', Scheduled: 'waiting', Completed: 'good',
});

const isFailure = type => type === 'Failed' || type === 'Crashed';
const isFinal = type => isFailure(type) || type === 'Completed' || type === 'Cancelled';

/** When a run began to be there, when it ended, and its state's name. */
export const beginOf = run => run.created ?? run.start ?? 0;
export const endOf = (run, now) => run.end ?? (isFinal(run.type) ? run.start ?? beginOf(run) : Math.max(now, run.start ?? beginOf(run)));
export const stateOf = run => run.state ?? run.type;

/**
 * The parts of a run's bar. An attempt has the tone of what became of it: one that is to be tried again has failed.
 * @returns {{ from: number, to: number, tone: string, isWait: boolean, text: string }[]}
 */
export function segmentsOf(run, now) {
  const end = endOf(run, now);
  let states = run.states;
  if (!states?.length) {
    states = run.start == null ? [[beginOf(run), run.type, run.state]] : [[beginOf(run), 'Pending'], [run.start, 'Running']];
    if (isFinal(run.type)) {
      states = [...states, [end, run.type, run.state]];
    }
  }

  const segments = [];
  states.forEach(([from, type, name], i) => {
    const next = states[i + 1];
    if (isFinal(type)) {
      return;
    }

    const to = next ? next[0] : end;
    const isWait = type === 'Scheduled' || type === 'Pending' || type === 'Paused';
    const outcome = next ?? [to, run.type, run.state];
    const tone = type !== 'Running' ? TONES[type] : outcome[2] === 'AwaitingRetry' ? 'bad' : isFinal(outcome[1]) || outcome[1] === 'Cancelling' ? TONES[outcome[1]] : 'running';
    segments.push({ from, to: Math.max(from, to), tone, isWait, text: name ?? type });
  });
  return segments;
}

/** A run in the tree: how many runs are inside of it and how many of them and it failed, its place among those beside it, and whether it has anything to fold. */
class RunNode {
  children = [];
  above = null;
  depth = 0;
  inside = 0;
  failed = 0;
  position = 1;
  siblings = 1;
  isFolded = false;
  isMatch = true;
  isShown = true;
  opens = false;

  constructor(run, number) {
    this.run = run;
    this.number = number;
  }

  /** All that is searched, in small letters. */
  get text() {
    const { name, flow, input, message } = this.run;
    return this.searched ??= [name, flow, stateOf(this.run), input, message].filter(Boolean).join('\n').toLowerCase();
  }
}

export class Runs {
  #nodes = new Map();
  #roots = [];
  #words = [];
  #types = new Set();
  #failuresFirst = false;
  #unfolded = null;

  /** The runs that are to be seen, in their order. */
  visible = [];

  get size() { return this.#nodes.size; }
  get matches() { return this.isFiltered ? [...this.#nodes.values()].filter(node => node.isMatch).length : this.size; }
  get isFiltered() { return this.#words.length > 0 || this.#types.size > 0; }
  get isOver() { return [...this.#nodes.values()].every(node => isFinal(node.run.type)); }
  get failuresFirst() { return this.#failuresFirst; }
  get types() { return this.#types; }

  set failuresFirst(value) {
    this.#failuresFirst = value;
    this.#arrange();
  }

  node(id) { return this.#nodes.get(id); }

  /** Adds runs, and puts what is new of those that are there already in place of the old. */
  update(runs) {
    for (const run of runs) {
      const node = this.#nodes.get(run.id);
      if (node) {
        node.run = run;
        node.searched = undefined;
      } else {
        this.#nodes.set(run.id, new RunNode(run, this.#nodes.size));
      }
    }

    this.#arrange();
  }

  /** How many runs there are of each type of state. */
  counts() {
    const counts = new Map(Object.keys(TONES).map(type => [type, 0]));
    for (const { run } of this.#nodes.values()) {
      counts.set(run.type, (counts.get(run.type) ?? 0) + 1);
    }

    return counts;
  }

  /** The first begin and the last end. */
  span(now) {
    let from = Infinity;
    let to = -Infinity;
    for (const { run } of this.#nodes.values()) {
      from = Math.min(from, beginOf(run));
      to = Math.max(to, endOf(run, now));
    }

    return from <= to ? { from, to } : { from: now, to: now };
  }

  /** The runs in no order. */
  *[Symbol.iterator]() {
    for (const { run } of this.#nodes.values()) {
      yield run;
    }
  }

  /** Only runs in which all words are found, and whose state is of one of the types, with the runs around them. */
  filter({ text, types }) {
    this.#words = text === undefined ? this.#words : text.toLowerCase().split(/\s+/).filter(Boolean);
    this.#types = types === undefined ? this.#types : new Set(types);
    // What the filter finds is to be seen; what was folded before it is so again when it is gone.
    this.#unfolded = this.isFiltered ? new Set() : null;
    this.#match();
  }

  isFolded(node) { return this.#unfolded ? this.#unfolded.has(node) : node.isFolded; }

  fold(node, isFolded = true) {
    this.#setFolded(node, isFolded);
    this.#flatten();
  }

  /** Folds all runs that are so deep inside, or unfolds all. */
  foldAll(isFolded, fromDepth = 0) {
    for (const node of this.#nodes.values()) {
      this.#setFolded(node, isFolded && node.depth >= fromDepth && node.children.length > 0);
    }

    this.#flatten();
  }

  /** Unfolds all that a run is inside of. */
  reveal(node) {
    for (let above = node.above; above; above = above.above) {
      this.#setFolded(above, false);
    }

    this.#flatten();
  }

  /** The next run after one, or before it, that failed on its own account and is not left out: folds are no hindrance. */
  nextFailure(node, step) {
    const all = this.#inOrder().filter(other => other === node || (isFailure(other.run.type) && other.isMatch));
    if (!all.length) {
      return null;
    }

    const at = node ? all.indexOf(node) : step > 0 ? -1 : 0;
    const found = all[(at + step + all.length) % all.length];
    return isFailure(found.run.type) ? found : null;
  }

  #setFolded(node, isFolded) {
    if (!this.#unfolded) {
      node.isFolded = isFolded;
    } else if (isFolded) {
      this.#unfolded.add(node);
    } else {
      this.#unfolded.delete(node);
    }
  }

  #arrange() {
    const nodes = [...this.#nodes.values()];
    for (const node of nodes) {
      node.children = [];
      node.above = node.run.parent == null ? null : this.#nodes.get(node.run.parent) ?? null;
      node.inside = 0;
      node.failed = isFailure(node.run.type) ? 1 : 0;
    }

    this.#roots = [];
    for (const node of nodes) {
      (node.above ? node.above.children : this.#roots).push(node);
    }

    // Depth first; in the reverse of it each run comes after all that is inside of it.
    const order = this.#inOrder();
    for (let i = order.length - 1; i >= 0; i--) {
      const { above, inside, failed } = order[i];
      if (above) {
        above.inside += inside + 1;
        above.failed += failed;
      }
    }

    const compare = (a, b) => (this.#failuresFirst && (b.failed > 0) - (a.failed > 0)) || beginOf(a.run) - beginOf(b.run) || a.number - b.number;
    this.#roots.sort(compare);
    for (const node of order) {
      node.depth = node.above ? node.above.depth + 1 : 0;
      node.children.sort(compare);
    }

    this.#match();
  }

  #match() {
    const order = this.#inOrder();
    for (let i = order.length - 1; i >= 0; i--) {
      const node = order[i];
      node.isMatch = (this.#types.size === 0 || this.#types.has(node.run.type)) && this.#words.every(word => node.text.includes(word));
      node.opens = node.children.some(child => child.isShown);
      node.isShown = node.isMatch || node.opens;
    }

    this.#flatten();
  }

  #flatten() {
    this.visible = this.#inOrder(node => !this.isFolded(node), nodes => {
      const shown = nodes.filter(node => node.isShown);
      shown.forEach((node, i) => {
        node.position = i + 1;
        node.siblings = shown.length;
      });
      return shown;
    });
  }

  /** The runs in the order in which they are read. */
  #inOrder(goesInto = () => true, taken = nodes => nodes) {
    const order = [];
    const next = [...taken(this.#roots)].reverse();
    while (next.length) {
      const node = next.pop();
      order.push(node);
      if (node.children.length && goesInto(node)) {
        const children = taken(node.children);
        for (let i = children.length - 1; i >= 0; i--) {
          next.push(children[i]);
        }
      }
    }

    return order;
  }
}
