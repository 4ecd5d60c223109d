// The time axis of a timeline, with the lines that it draws through the rows.

import { element } from './dom.js';
import { duration } from './scale.js';

const ROOM_FOR_MARK = 40;

export class Axis {
  #marks = element('div', { class: 'tl-marks' });
  #range = element('div', { class: 'tl-range', hidden: true });
  #day = element('span', { class: 'tl-day' });
  /** The axis itself, which is dragged and zoomed. */
  element = element('div', { class: 'tl-axis', 'aria-hidden': 'true' }, this.#marks, this.#range);
  /** The lines through the rows. */
  grid = element('div', { class: 'tl-grid', 'aria-hidden': 'true' });
  /** The head of the timeline: the axis, and what part of the time is in view. */
  head = element('div', { class: 'tl-head' }, element('div', { class: 'tl-corner' }, this.#day), this.element);

  get width() { return Math.max(40, this.element.clientWidth); }

  /** Where on the axis the pointer is. */
  place(event) { return event.clientX - this.element.getBoundingClientRect().left; }

  render(scale, clock) {
    const ticks = scale.ticks();
    this.#marks.replaceChildren(...ticks.map(({ x, text }) => {
      const mark = element('span', { class: 'tl-mark' }, x + ROOM_FOR_MARK < scale.width ? text : '');
      mark.style.left = `${x}px`;
      return mark;
    }));
    this.grid.replaceChildren(...ticks.map(({ x }) => {
      const line = element('i');
      line.style.left = `${x}px`;
      return line;
    }));
    this.#day.textContent = `${clock.date(scale.viewFrom)} · ${duration(scale.viewTo - scale.viewFrom)} in view`;
  }

  /** Shows the part that is being chosen with the pointer; none without values. */
  choose(from, to) {
    this.#range.hidden = from === undefined;
    this.#range.style.left = `${Math.min(from, to)}px`;
    this.#range.style.width = `${Math.abs(to - from)}px`;
  }
}
