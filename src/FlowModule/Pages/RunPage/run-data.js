// What an exported page holds, as it was written (RunPageData.cs): the columns are named once, texts that come again and again stand in one
// list, and times are milliseconds since the page's first. Here they become runs as the timeline takes them.

/** The levels of a log, the least important first. */
export const LEVELS = ['Debug', 'Verbose', 'Information', 'Warning', 'Error'];

/** A run with what was given to it and what became of it, and all inside of it. */
export class Tree {
  #data;
  #log;

  constructor(data, { base, runs, log }) {
    this.#data = data;
    this.#log = log;
    this.base = base;
    this.runs = runs.map(values => this.#run(values));
    this.byId = new Map(this.runs.map(run => [run.id, run]));
    this.top = this.runs[0];
    for (const run of this.runs) {
      run.parent = run.parent == null ? null : this.runs[run.parent].id;
    }
  }

  #run(values) {
    const run = Object.fromEntries(this.#data.columns.map((name, i) => [name, values[i] ?? null]));
    for (const name of this.#data.shared) {
      run[name] = run[name] == null ? null : this.#data.texts[run[name]];
    }

    for (const name of ['created', 'start', 'end']) {
      run[name] = run[name] == null ? null : this.base + run[name];
    }

    run.kind = this.#data.kinds[run.kind];
    run.attempt ??= 1;
    run.states = (run.states ?? []).map(([time, type, name, message]) => [this.base + time, this.#data.types[type], name == null ? undefined : this.#data.texts[name], message == null ? null : this.#data.texts[message]]);
    const [, type, state, message] = run.states.at(-1);
    return Object.assign(run, { type, state, message });
  }

  /** The lines of all runs, and the states that they came to, oldest first. */
  get lines() {
    return this.sorted ??= [
      ...this.runs.flatMap(run => run.states.map(([time, type, name, message]) => ({ time, run, level: levelOf(type, name), text: message ? `${name ?? type}: ${message}` : name ?? type, isState: true, isEnd: run.end === time }))),
      ...this.#log.map(([time, level, run, text]) => ({ time: this.base + time, run: this.runs[run], level, text, isState: false, isEnd: false })),
    ].sort((a, b) => a.time - b.time || a.isEnd - b.isEnd || b.isState - a.isState);
  }
}

function levelOf(type, name) {
  return type === 'Failed' || type === 'Crashed' ? 4 : type === 'Cancelling' || type === 'Cancelled' || name === 'AwaitingRetry' ? 3 : 2;
}

export function read(text) {
  const data = JSON.parse(text);
  return { zone: data.zone, now: data.now, trees: data.trees.map(tree => new Tree(data, tree)) };
}
