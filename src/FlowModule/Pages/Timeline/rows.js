// The rows of a timeline that are in view: only they are in the page.

import { Row } from './row.js';

const SPARE_ROWS = 6;

export class Rows {
  #space;
  #rows = new Map();
  #idle = [];

  /** @param {HTMLElement} space As high as all rows together; those in view are put into it. */
  constructor(space) { this.#space = space; }

  has(node) { return this.#rows.has(node); }

  /** The run whose row an event is about; null for none. */
  nodeAt(event) {
    const found = event.target.closest?.('.tl-row');
    return found ? [...this.#rows].find(([, row]) => row.element === found)?.[0] : null;
  }

  /**
   * Shows the rows in view.
   * @param {object[]} visible All rows that are not folded away.
   * @param {{ top: number, height: number, rowHeight: number }} view The part of them that is in view.
   * @param {(node: object) => object} traits What a row shows besides its run.
   */
  render(visible, { top, height, rowHeight }, traits) {
    const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS);
    const last = Math.min(visible.length, Math.ceil((top + height) / rowHeight) + SPARE_ROWS);
    const wanted = visible.slice(first, last);
    const isWanted = new Set(wanted);
    for (const [node, row] of this.#rows) {
      if (!isWanted.has(node)) {
        this.#rows.delete(node);
        this.#idle.push(row);
      }
    }

    wanted.forEach((node, i) => {
      let row = this.#rows.get(node);
      if (!row) {
        row = this.#idle.pop() ?? new Row();
        this.#rows.set(node, row);
      }

      row.show(node, { top: (first + i) * rowHeight, ...traits(node) });
      // In the page in the order in which they are read, for those who go through it element by element.
      if (this.#space.children[i] !== row.element) {
        this.#space.insertBefore(row.element, this.#space.children[i] ?? null);
      }
    });
    this.#idle.forEach(row => row.element.remove());
  }
}
