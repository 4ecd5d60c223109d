// The log of an exported page: all lines, or those of one run and what is inside of it, by level and words.

import { element, number, set } from './dom.js';
import { LEVELS } from './run-data.js';

const AT_ONCE = 400;

export class Log {
  #tree;
  #clock;
  #within = null;
  #found = [];
  #shown = 0;
  #words = element('input', { type: 'search', class: 'tl-search', placeholder: 'Find in the log', 'aria-label': 'Find in the log', spellcheck: 'false', autocomplete: 'off' });
  #level = element('select', { 'aria-label': 'Least level' }, ...LEVELS.map((name, i) => element('option', { value: i }, i === LEVELS.length - 1 ? name : `${name} and above`)));
  #states = element('input', { type: 'checkbox', checked: true });
  #scope = element('button', { type: 'button', class: 'within', hidden: true });
  #status = element('span', { class: 'tl-status', role: 'status' });
  #lines = element('tbody');
  #more = element('button', { type: 'button', class: 'more', hidden: true });

  constructor(tree, clock) {
    this.#tree = tree;
    this.#clock = clock;
    this.element = element(
      'section', { class: 'log', 'aria-label': 'Log' },
      element('h2', {}, 'Log'),
      element('div', { class: 'tools' }, this.#words, this.#level, element('label', {}, this.#states, ' States'), this.#scope, this.#status),
      element('div', { class: 'lines' }, element('table', {}, element('thead', {}, element('tr', {}, ...['Time', 'Level', 'Run', 'Message'].map(name => element('th', { scope: 'col' }, name)))), this.#lines), this.#more));
    this.#level.value = '0';
    this.#words.addEventListener('input', () => this.#find());
    this.#level.addEventListener('change', () => this.#find());
    this.#states.addEventListener('change', () => this.#find());
    this.#more.addEventListener('click', () => this.#add());
    this.#scope.addEventListener('click', () => this.within(null));
    this.#find();
  }

  /** Only the lines of a run and of all inside of it; of all runs, without one. */
  within(run) {
    this.#within = run;
    this.#scope.hidden = !run;
    this.#scope.textContent = run ? `Only ${run.name} ×` : '';
    set(this.#scope, { 'aria-label': run ? `Only the lines of ${run.name}: show all` : null });
    this.#find();
  }

  #find() {
    const words = this.#words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = Number(this.#level.value);
    const inside = this.#within ? this.#inside(this.#within) : null;
    this.#found = this.#tree.lines.filter(line => line.level >= level && (this.#states.checked || !line.isState) && (!inside || inside.has(line.run))
      && (!words.length || words.every(word => line.text.toLowerCase().includes(word) || line.run.name.toLowerCase().includes(word))));
    this.#lines.replaceChildren();
    this.#shown = 0;
    this.#status.textContent = `${number.format(this.#found.length)} of ${number.format(this.#tree.lines.length)} lines`;
    this.#add();
  }

  #inside(run) {
    const inside = new Set([run]);
    // Parents come before what is inside of them.
    for (const other of this.#tree.runs) {
      if (inside.has(this.#tree.byId.get(other.parent))) {
        inside.add(other);
      }
    }

    return inside;
  }

  #add() {
    const next = this.#found.slice(this.#shown, this.#shown + AT_ONCE);
    this.#shown += next.length;
    this.#lines.append(...next.map(({ time, run, level, text, isState }) => element(
      'tr', { class: `${LEVELS[level]}${isState ? ' state' : ''}` },
      element('td', { title: this.#clock.full(time) }, this.#clock.precise(time)),
      element('td', {}, LEVELS[level]),
      element('td', {}, element('a', { href: `#${run.id}` }, run.name)),
      element('td', { class: 'message' }, text))));
    const left = this.#found.length - this.#shown;
    this.#more.hidden = left === 0;
    this.#more.textContent = `Show ${number.format(Math.min(AT_ONCE, left))} more of ${number.format(left)}`;
  }
}
