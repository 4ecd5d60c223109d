// What is known of the run that is chosen on an exported page.

import { element, icon } from './dom.js';
import { TONES, stateOf } from './runs.js';
import { duration } from './scale.js';

const MOST_LISTED = 20;

// What is long has a height of its own, and a place among what the Tab key reaches, to be scrolled.
const isLong = text => text.length > 400 || text.split('\n').length > 8;

export class Details {
  #tree;
  #clock;
  #showLog;
  #now;

  element = element('section', { class: 'details', 'aria-label': 'The chosen run' });

  /** @param {(run: object) => void} showLog Shows the lines of a run. */
  constructor(tree, clock, now, showLog) {
    this.#tree = tree;
    this.#clock = clock;
    this.#now = now;
    this.#showLog = showLog;
  }

  show(run) {
    const parent = this.#tree.byId.get(run.parent);
    const failed = this.#tree.runs.filter(other => other.parent === run.id && TONES[other.type] === 'bad');
    const log = element('button', { type: 'button' }, 'Its log');
    log.addEventListener('click', () => this.#showLog(run));
    const facts = element(
      'dl', {},
      ...this.#fact('Inside of', parent && element('a', { href: `#${parent.id}` }, parent.name)),
      ...this.#fact('Started', run.start == null ? null : this.#clock.full(run.start)),
      ...this.#fact('Duration', run.start == null ? null : duration((run.end ?? this.#now) - run.start)),
      ...this.#fact('Waited', run.start != null && run.start - run.created >= 1 ? duration(run.start - run.created) : null),
      ...this.#fact('Attempt', run.attempt > 1 ? run.attempt : null),
      ...this.#fact('Errors', run.errors),
      ...this.#values(run),
      ...this.#fact('Script', run.script),
      ...this.#fact('Id', element('a', { href: `#${run.id}` }, run.id)));
    this.element.replaceChildren(
      element('h2', {}, icon(run.type, TONES[run.type]), ' ', run.name, ' ', element('small', {}, `${run.kind === 'AdHoc' ? 'call' : run.kind.toLowerCase()} ${run.flow}`)),
      element('p', { class: 'now' }, stateOf(run), run.message ? `: ${run.message}` : '', ' ', log),
      ...this.#error(run), facts, ...this.#failed(failed), ...this.#states(run));
  }

  /** What it was given and what it returned; of the run at the top, the page itself says so. */
  #values(run) {
    return run === this.#tree.top ? [] : [
      ...this.#fact('Input', run.given ?? (run.parameters ? null : run.input), true), ...this.#fact('Parameters', run.parameters, true), ...this.#fact('Result', run.result, true)];
  }

  #fact(name, value, isText = false) {
    return value == null || value === '' ? [] : [element('dt', {}, name), element('dd', { class: isText ? `text${isLong(value) ? ' long' : ''}` : null, tabindex: isText && isLong(value) ? 0 : null }, typeof value === 'object' ? value : String(value))];
  }

  /** The error, and the lines of the script around it. */
  #error({ error, source }) {
    if (!error) {
      return [];
    }

    // A block begins in the middle of its line; what all other lines are indented by is left out.
    const indents = (source?.lines ?? []).map(text => /^ +(?=\S)/.exec(text)?.[0].length).filter(Boolean);
    const indent = ' '.repeat(Math.min(40, ...indents));
    const lines = (source?.lines ?? []).map((line, i) => {
      const text = line.startsWith(indent) ? line.slice(indent.length) : line;
      const isIt = source.from + i === source.at;
      return element('span', { class: isIt ? 'it' : null }, `${isIt ? '>' : ' '} ${String(source.from + i).padStart(4)}  ${text}\n`);
    });
    return [element('pre', { class: 'error' }, error), ...(lines.length ? [element('pre', { class: 'source', tabindex: 0, 'aria-label': `The script around line ${source.at}` }, ...lines)] : [])];
  }

  #failed(failed) {
    return failed.length === 0 ? [] : [
      element('h3', {}, failed.length === 1 ? 'Failed inside' : `${failed.length} failed inside`),
      element('ul', {}, ...failed.slice(0, MOST_LISTED).map(run => element(
        'li', {}, icon(run.type, TONES[run.type]), ' ', element('a', { href: `#${run.id}` }, run.name), run.input ? ` ${run.input}` : '', run.message ? `: ${run.message}` : ''))),
      ...(failed.length > MOST_LISTED ? [element('p', {}, `and ${failed.length - MOST_LISTED} more`)] : [])];
  }

  #states({ states }) {
    return [element('h3', {}, 'States'), element(
      'table', { class: 'states' }, element('tbody', {}, ...states.map(([time, type, name, message], i) => element(
        'tr', {},
        element('td', { title: this.#clock.full(time) }, this.#clock.precise(time)),
        element('td', {}, icon(type, TONES[type]), ' ', name ?? type, message ? element('div', { class: 'message' }, message) : null),
        element('td', { class: 'number' }, states[i + 1] ? duration(states[i + 1][0] - time) : '')))))];
  }
}
