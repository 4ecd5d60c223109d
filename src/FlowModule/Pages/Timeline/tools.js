// The tools above a timeline: the filter, the states with their counts, folds and zoom.

import { element, icon, number, set } from './dom.js';
import { TONES } from './runs.js';

export class Tools {
  #chips = new Map();
  #search = element('input', { type: 'search', class: 'tl-search', placeholder: 'Filter: name, flow, input, message', 'aria-label': 'Filter runs', spellcheck: 'false', autocomplete: 'off' });
  #states = element('div', { class: 'tl-states', role: 'group', 'aria-label': 'States' });
  #first = element('button', { type: 'button', class: 'tl-first', 'aria-pressed': 'false' }, 'Failures first');
  #status = element('span', { class: 'tl-status', role: 'status' });

  /** @param {object} does What each tool does: filter(text), states(types), failuresFirst(isWanted), foldAll(), unfoldAll(), zoom(factor), fit(), leave(). */
  constructor(does) {
    const button = (text, name, title, act) => {
      const made = element('button', { type: 'button', 'aria-label': name, title }, text);
      made.addEventListener('click', act);
      return made;
    };
    this.element = element(
      'div', { class: 'tl-tools' },
      this.#search, this.#states, this.#first,
      element('div', { class: 'tl-group', role: 'group', 'aria-label': 'Folds' },
        button('⊟', 'Fold all', 'Fold all', does.foldAll), button('⊞', 'Unfold all', 'Unfold all', does.unfoldAll)),
      element('div', { class: 'tl-group', role: 'group', 'aria-label': 'Zoom' },
        button('−', 'Zoom out', 'Zoom out (−)', () => does.zoom(1 / 1.6)), button('+', 'Zoom in', 'Zoom in (+, or Ctrl and the wheel)', () => does.zoom(1.6)), button('Fit', 'Fit: the whole time', 'The whole time (0)', does.fit)),
      this.#status);
    this.#search.addEventListener('input', () => does.filter(this.#search.value));
    this.#search.addEventListener('keydown', event => {
      if (event.key === 'ArrowDown' || event.key === 'Enter') {
        event.preventDefault();
        does.leave();
      } else if (event.key === 'Escape' && this.#search.value) {
        event.preventDefault();
        this.#search.value = '';
        does.filter('');
      }
    });
    this.#first.addEventListener('click', () => does.failuresFirst(this.#first.getAttribute('aria-pressed') !== 'true'));
    this.#states.addEventListener('click', event => {
      const type = event.target.closest('button')?.dataset.type;
      if (type) {
        const chosen = new Set(this.#chosen);
        does.states(chosen.delete(type) ? chosen : chosen.add(type));
      }
    });
  }

  #chosen = new Set();

  focus() { this.#search.focus(); }

  show(runs, text) {
    if (text !== undefined && this.#search.value !== text) {
      this.#search.value = text;
    }

    this.#chosen = runs.types;
    for (const [type, count] of runs.counts()) {
      this.#chip(type, count, runs.types.has(type));
    }

    set(this.#first, { 'aria-pressed': String(runs.failuresFirst) });
    const status = runs.isFiltered ? `${number.format(runs.matches)} of ${number.format(runs.size)} runs` : `${number.format(runs.size)} ${runs.size === 1 ? 'run' : 'runs'}`;
    if (this.#status.textContent !== status) {
      this.#status.textContent = status;
    }
  }

  #chip(type, count, isChosen) {
    let chip = this.#chips.get(type);
    if (!chip) {
      const text = element('span', { class: 'tl-count' });
      chip = { text, element: element('button', { type: 'button', class: 'tl-state', 'data-type': type }, icon(type, TONES[type]), element('span', { class: 'tl-type' }, type), ' ', text) };
      this.#chips.set(type, chip);
      this.#states.append(chip.element);
    }

    chip.text.textContent = number.format(count);
    chip.element.hidden = count === 0 && !isChosen;
    set(chip.element, { 'aria-pressed': String(isChosen) });
  }
}
