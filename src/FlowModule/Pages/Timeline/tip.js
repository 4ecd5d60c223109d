// What the bar under the mouse says: where and how long the run was in each state. Those who use no mouse have it in the row's name and the run's page.

import { element } from './dom.js';
import { beginOf, endOf, segmentsOf, stateOf } from './runs.js';
import { duration } from './scale.js';

export class Tip {
  element = element('div', { class: 'tl-tip', 'aria-hidden': 'true', hidden: true });

  hide() { this.element.hidden = true; }

  show(run, { time, now, clock, x, y, room }) {
    const piece = segmentsOf(run, now).find(({ from, to }) => time >= from && time <= to);
    const [begin, end] = [beginOf(run), endOf(run, now)];
    this.element.replaceChildren(
      element('b', {}, `${run.name}: ${stateOf(run)}`),
      element('span', {}, `${clock.precise(begin)} to ${run.end == null ? 'now' : clock.precise(end)}, ${duration(end - begin)}`),
      ...(piece ? [element('span', {}, `here ${piece.text} for ${duration(piece.to - piece.from)}, from ${clock.precise(piece.from)}`)] : []),
      ...(run.message ? [element('span', { class: 'tl-message' }, run.message)] : []));
    this.element.hidden = false;
    this.element.style.left = `${Math.max(0, Math.min(x + 14, room - this.element.offsetWidth - 4))}px`;
    this.element.style.top = `${y + 18}px`;
  }
}
