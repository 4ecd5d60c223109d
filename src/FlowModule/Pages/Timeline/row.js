// One row of a timeline: the run's name in its place in the tree, and its bar.

import { element, icon, number, set } from './dom.js';
import { TONES, beginOf, endOf, segmentsOf, stateOf } from './runs.js';
import { duration } from './scale.js';

const NARROWEST = 2;
const INDENT = 14;
const DEEPEST_INDENT = 12;
const ROOM_FOR_NOTE = 90;
// What the messages of nearly all failed runs begin with.
const COMMON_BEGIN = /^(Flow|Task) run encountered an exception\. (RuntimeException: )?/;

export class Row {
  #fold = element('span', { class: 'tl-fold', 'aria-hidden': 'true' });
  #sign = element('span', { class: 'tl-sign' });
  #name = element('span', { class: 'tl-name' });
  #about = element('span', { class: 'tl-about' });
  #inside = element('span', { class: 'tl-inside' });
  #failed = element('span', { class: 'tl-inside tl-failed' });
  #time = element('span', { class: 'tl-time' });
  #label = element('div', { class: 'tl-label' }, this.#fold, this.#sign, this.#name, this.#about, this.#failed, this.#inside, this.#time);
  #chart = element('div', { class: 'tl-chart', 'aria-hidden': 'true' });

  element = element('div', { class: 'tl-row', role: 'treeitem' }, this.#label, this.#chart);

  /** Shows a run, in a part of the page that showed another before. */
  show(node, { id, top, isFolded, isActive, scale, now }) {
    const { run } = node;
    this.node = node;
    const length = run.start == null ? null : duration(endOf(run, now) - run.start);
    set(this.element, {
      id,
      'aria-level': node.depth + 1,
      'aria-posinset': node.position,
      'aria-setsize': node.siblings,
      'aria-expanded': node.opens ? String(!isFolded) : null,
      'aria-selected': String(isActive),
    });
    this.element.classList.toggle('tl-aside', !node.isMatch);
    this.element.style.transform = `translateY(${top}px)`;
    this.#label.style.paddingLeft = `${6 + INDENT * Math.min(node.depth, DEEPEST_INDENT)}px`;
    if (this.#sign.dataset.type !== run.type) {
      this.#sign.dataset.type = run.type;
      this.#sign.replaceChildren(icon(run.type, TONES[run.type]));
    }

    this.#fold.dataset.fold = node.opens ? (isFolded ? 'folded' : 'open') : 'none';
    this.#name.textContent = run.name;
    this.#label.title = [`${run.name} (${run.flow})`, run.input, node.inside ? `${number.format(node.inside)} runs inside` : null].filter(Boolean).join('\n');
    this.#about.textContent = [run.flow === run.name ? null : run.flow, run.input].filter(Boolean).join(' · ');
    this.#inside.textContent = node.inside ? number.format(node.inside) : '';
    const failed = node.failed - (TONES[run.type] === 'bad' ? 1 : 0);
    this.#failed.textContent = failed ? `${number.format(failed)} failed` : '';
    this.#chart.classList.toggle('tl-around', node.children.length > 0);
    this.#time.textContent = length ?? '';
    set(this.element, { 'aria-label': this.#described(node, length) });
    this.#draw(node, scale, now);
  }

  #draw({ run }, scale, now) {
    const pieces = [];
    let drawnTo = -Infinity;
    for (const { from, to, tone, isWait } of segmentsOf(run, now)) {
      const left = Math.max(-4, scale.x(from));
      const right = Math.min(scale.width + 4, scale.x(to));
      // What lies out of view, and what is covered by the last piece: hundreds of attempts may share a pixel.
      if (right < 0 || left > scale.width || (right <= drawnTo && tone !== 'bad')) {
        continue;
      }

      const piece = element('i', { class: `tl-piece tl-${tone}${isWait ? ' tl-wait' : ''}` });
      piece.style.left = `${left}px`;
      piece.style.width = `${Math.max(isWait ? 0 : NARROWEST, right - left)}px`;
      drawnTo = Math.max(drawnTo, right, left + NARROWEST);
      pieces.push(piece);
    }

    this.#chart.replaceChildren(...pieces, ...this.#note(run, scale, now));
  }

  /** Why it failed, beside the bar: behind it where there is room, else before it. */
  #note(run, scale, now) {
    const [left, right] = [scale.x(beginOf(run)), scale.x(endOf(run, now))];
    const after = scale.width - right;
    if (TONES[run.type] !== 'bad' || !run.message || (after < ROOM_FOR_NOTE && left < ROOM_FOR_NOTE)) {
      return [];
    }

    const note = element('span', { class: 'tl-note' }, run.message.replace(COMMON_BEGIN, ''));
    if (after >= 2 * ROOM_FOR_NOTE || after >= left) {
      note.style.left = `${Math.max(4, right + 6)}px`;
      note.style.right = '4px';
    } else {
      note.style.left = '4px';
      note.style.right = `${Math.min(scale.width - 4, scale.width - left + 6)}px`;
      note.classList.add('tl-before');
    }

    return [note];
  }

  #described(node, length) {
    const { run } = node;
    return [
      run.name,
      run.kind === 'Task' ? `task ${run.flow}` : `flow ${run.flow}`,
      run.input,
      stateOf(run),
      length,
      node.inside ? `${number.format(node.inside)} inside` : null,
      this.#failed.textContent,
      TONES[run.type] === 'bad' ? run.message : null,
    ].filter(Boolean).join(', ');
  }
}
