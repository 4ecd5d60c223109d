// A timeline of runs: a tree beside bars over a time axis. What a run is, as JSON, is said in runs.js.
//
//   import { Timeline } from './timeline.js';
//   const timeline = new Timeline(document.querySelector('#runs'), { label: 'Runs of nightly' });
//   timeline.update(rows);        // all rows at first; later those that are new or have changed
//
// Needs timeline.css and the modules beside this one, and nothing else: it loads nothing, and works under a policy of
// default-src 'none'; script-src 'self'; style-src 'self'. Only the rows in view are in the page.
//
// It tells of itself by events on its element, with the run in event.detail.run: 'timeline-select' when another run is chosen (by mouse,
// keyboard or select()), 'timeline-open' when Enter is pressed on a run or it is clicked twice.

import { element, set } from './dom.js';
import { listen } from './gestures.js';
import { press } from './keys.js';
import { Row } from './row.js';
import { Runs, beginOf, endOf } from './runs.js';
import { Clock, Scale, duration } from './scale.js';
import { Tip } from './tip.js';
import { Tools } from './tools.js';

const SPARE_ROWS = 6;
const MOST_UNFOLDED = 200;
const A_STEP = 1.6;
const ROOM_FOR_MARK = 40;
let made = 0;

export class Timeline {
  #id = `tl${++made}`;
  #runs = new Runs();
  #options;
  #clock;
  #scale;
  #active = null;
  #target = null;
  #anchor = null;
  #rows = new Map();
  #idle = [];
  #rowHeight = 26;
  #frame = 0;
  #beat = 0;
  #isNew = true;

  /**
   * @param {HTMLElement} host Filled by the timeline, whose height follows the rows up to the style --tl-height.
   * @param {object} [options]
   * @param {string} [options.label] The name of the tree, for those who hear it.
   * @param {string} [options.timeZone] The IANA name of the zone of all times; the reader's, without it.
   * @param {number} [options.now] The moment at which the rows were read, when they will not change: how long open runs have run. Without it they grow as time goes.
   * @param {boolean} [options.failuresFirst]
   */
  constructor(host, options = {}) {
    this.host = host;
    this.#options = options;
    this.#clock = new Clock(options.timeZone);
    this.#scale = new Scale(this.#clock);
    this.#runs.failuresFirst = options.failuresFirst ?? false;
    this.#build();
    this.#listen();
  }

  #now() { return this.#options.now ?? Date.now(); }

  /** Adds runs, or puts what is new of them in place of the old. Where the reader is stays in view. */
  update(rows) {
    this.#anchor ??= this.#body.scrollTop > 0 ? this.#runs.visible[Math.floor(this.#body.scrollTop / this.#rowHeight)] : null;
    this.#runs.update(rows);
    if (this.#isNew && this.#runs.size) {
      this.#isNew = false;
      if (this.#runs.size > MOST_UNFOLDED) {
        this.#runs.foldAll(true, 1);
      }
    }

    this.#changed();
  }

  /** Shows only runs that have all words of a text, or are in a state of these types. */
  filter({ text, types } = {}) {
    this.#runs.filter({ text, types });
    this.#anchor = null;
    this.#body.scrollTop = 0;
    this.#tools.show(this.#runs, text);
    this.#changed();
  }

  set failuresFirst(value) {
    this.#runs.failuresFirst = value;
    this.#body.scrollTop = 0;
    this.#changed();
  }

  /** Chooses a run, and brings it into view. */
  select(id) {
    const node = this.#runs.node(id);
    if (node) {
      this.#runs.reveal(node);
      this.#activate(node);
    }
  }

  get selected() { return this.#active?.run ?? null; }

  focus() { this.#body.focus(); }

  /** Stops all that goes on, and empties the element. */
  destroy() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#beat);
    this.#size.disconnect();
    this.host.replaceChildren();
  }

  #tools = new Tools({
    filter: text => this.filter({ text }),
    states: types => this.filter({ types }),
    failuresFirst: value => { this.failuresFirst = value; },
    foldAll: () => this.#foldAll(true),
    unfoldAll: () => this.#foldAll(false),
    zoom: factor => this.#zoom(factor),
    fit: () => this.#fit(),
    leave: () => this.#body.focus(),
  });

  #axisMarks = element('div', { class: 'tl-marks' });
  #range = element('div', { class: 'tl-range', hidden: true });
  #day = element('span', { class: 'tl-day' });
  #axis = element('div', { class: 'tl-axis', 'aria-hidden': 'true' }, this.#axisMarks, this.#range);
  #grid = element('div', { class: 'tl-grid', 'aria-hidden': 'true' });
  #space = element('div', { class: 'tl-space', role: 'none' });
  #body = element('div', { class: 'tl-body', role: 'tree', tabindex: 0 }, this.#space);
  #empty = element('p', { class: 'tl-empty', hidden: true }, 'No run is like that.');
  #tip = new Tip();
  #size = new ResizeObserver(() => this.#changed());

  #build() {
    this.host.classList.add('tl');
    set(this.#body, { 'aria-label': this.#options.label ?? 'Runs' });
    this.host.replaceChildren(
      this.#tools.element,
      element('div', { class: 'tl-head' }, element('div', { class: 'tl-corner' }, this.#day), this.#axis),
      element('div', { class: 'tl-main' }, this.#grid, this.#body, this.#empty),
      this.#tip.element);
    this.#size.observe(this.host);
  }

  #changed() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const now = this.#now();
    const isNarrow = this.host.clientWidth < 640;
    this.host.classList.toggle('tl-narrow', isNarrow);
    this.#rowHeight = isNarrow ? 44 : 26;
    this.#space.style.height = `${this.#runs.visible.length * this.#rowHeight}px`;
    this.#scroll();
    this.#empty.hidden = this.#runs.visible.length > 0;
    const { from, to } = this.#runs.span(now);
    // How wide a scroll bar is differs; the axis ends where the bars do.
    this.host.style.setProperty('--tl-scrollbar', `${this.#body.offsetWidth - this.#body.clientWidth}px`);
    this.host.style.setProperty('--tl-names', `${Math.round(Math.min(520, Math.max(240, this.host.clientWidth * 0.36)))}px`);
    this.#scale.width = Math.max(40, this.#axis.clientWidth);
    this.#scale.setWhole(from, to);
    this.#tools.show(this.#runs);
    this.#renderAxis();
    this.#renderRows(now);
    this.#keepTime();
  }

  /** Brings a row that was asked for into view, or has the first row stay that where others have come before it. Rows have their places by now. */
  #scroll() {
    const target = this.#runs.visible.indexOf(this.#target) * this.#rowHeight;
    const anchor = this.#runs.visible.indexOf(this.#anchor) * this.#rowHeight;
    if (anchor >= 0) {
      this.#body.scrollTop = anchor + (this.#body.scrollTop % this.#rowHeight);
    }

    if (target >= 0) {
      this.#body.scrollTop = Math.min(target, Math.max(this.#body.scrollTop, target + this.#rowHeight - this.#body.clientHeight));
    }

    this.#target = this.#anchor = null;
  }

  #renderAxis() {
    const ticks = this.#scale.ticks();
    this.#axisMarks.replaceChildren(...ticks.map(({ x, text }) => {
      const mark = element('span', { class: 'tl-mark' }, x + ROOM_FOR_MARK < this.#scale.width ? text : '');
      mark.style.left = `${x}px`;
      return mark;
    }));
    this.#grid.replaceChildren(...ticks.map(({ x }) => {
      const line = element('i');
      line.style.left = `${x}px`;
      return line;
    }));
    this.#day.textContent = `${this.#clock.date(this.#scale.viewFrom)} · ${duration(this.#scale.viewTo - this.#scale.viewFrom)} in view`;
  }

  #renderRows(now) {
    const { visible } = this.#runs;
    const first = Math.max(0, Math.floor(this.#body.scrollTop / this.#rowHeight) - SPARE_ROWS);
    const last = Math.min(visible.length, Math.ceil((this.#body.scrollTop + this.#body.clientHeight) / this.#rowHeight) + SPARE_ROWS);
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

      row.show(node, {
        id: `${this.#id}-${node.number}`, top: (first + i) * this.#rowHeight, isFolded: this.#runs.isFolded(node), isActive: node === this.#active, scale: this.#scale, now,
      });
      // In the page in the order in which they are read, for those who go through it element by element.
      if (this.#space.children[i] !== row.element) {
        this.#space.insertBefore(row.element, this.#space.children[i] ?? null);
      }
    });
    this.#idle.forEach(row => row.element.remove());
    set(this.#body, { 'aria-activedescendant': this.#active && this.#rows.has(this.#active) ? `${this.#id}-${this.#active.number}` : null });
  }

  /** Open runs grow: once a second, while somebody looks. */
  #keepTime() {
    clearTimeout(this.#beat);
    if (this.#options.now === undefined && !this.#runs.isOver) {
      this.#beat = setTimeout(() => this.#changed(), 1000);
    }
  }

  #activate(node) {
    const isOther = node !== this.#active;
    this.#active = node;
    this.#target = node;
    this.#changed();
    if (isOther) {
      this.#tell('timeline-select', node.run);
    }
  }

  #tell(name, run) { this.host.dispatchEvent(new CustomEvent(name, { detail: { run }, bubbles: true })); }

  #fold(node, isFolded) {
    this.#runs.fold(node, isFolded);
    this.#changed();
  }

  #foldAll(isFolded) {
    this.#runs.foldAll(isFolded);
    while (isFolded && this.#active?.above) {
      this.#active = this.#active.above;
    }

    this.#changed();
  }

  #zoom(factor, x) {
    this.#scale.zoom(factor, x);
    this.#changed();
  }

  #fit() {
    this.#scale.fit();
    this.#changed();
  }

  #listen() {
    this.#body.addEventListener('scroll', () => this.#changed(), { passive: true });
    this.#body.addEventListener('keydown', event => this.#key(event));
    this.#body.addEventListener('focus', () => {
      if (!this.#active && this.#runs.visible.length) {
        this.#activate(this.#runs.visible[0]);
      }
    });
    this.#space.addEventListener('click', event => {
      const node = this.#nodeAt(event);
      if (node && event.target.closest('.tl-fold') && node.opens) {
        this.#fold(node, !this.#runs.isFolded(node));
      }

      if (node) {
        this.#activate(node);
      }
    });
    this.#space.addEventListener('dblclick', event => {
      const node = this.#nodeAt(event);
      if (node && !event.target.closest('.tl-fold')) {
        this.#tell('timeline-open', node.run);
      }
    });
    this.#space.addEventListener('pointermove', event => this.#hover(event));
    this.#space.addEventListener('pointerleave', () => this.#tip.hide());
    listen({
      axis: this.#axis,
      body: this.#body,
      scale: this.#scale,
      place: event => event.clientX - this.#axis.getBoundingClientRect().left,
      changed: () => this.#changed(),
      range: (from, to) => {
        this.#range.hidden = from === undefined;
        this.#range.style.left = `${Math.min(from, to)}px`;
        this.#range.style.width = `${Math.abs(to - from)}px`;
      },
    });
  }

  #nodeAt(event) {
    const found = event.target.closest?.('.tl-row');
    return found ? [...this.#rows].find(([, row]) => row.element === found)?.[0] : null;
  }

  #hover(event) {
    const node = event.pointerType === 'touch' || event.buttons || !event.target.closest('.tl-chart') ? null : this.#nodeAt(event);
    if (node) {
      const box = this.host.getBoundingClientRect();
      const time = this.#scale.time(event.clientX - this.#axis.getBoundingClientRect().left);
      this.#tip.show(node.run, { time, now: this.#now(), clock: this.#clock, x: event.clientX - box.left, y: event.clientY - box.top, room: box.width });
    } else {
      this.#tip.hide();
    }
  }

  #key(event) {
    const { visible } = this.#runs;
    const node = this.#active;
    const at = visible.indexOf(node);
    const page = Math.max(1, Math.floor(this.#body.clientHeight / this.#rowHeight) - 1);
    press(event, {
      go: by => visible.length && this.#activate(visible[Math.max(0, Math.min(visible.length - 1, at + by))]),
      page,
      inward: () => node?.opens && (this.#runs.isFolded(node) ? this.#fold(node, false) : this.#activate(visible[at + 1])),
      outward: () => node && (node.opens && !this.#runs.isFolded(node) ? this.#fold(node, true) : node.above && this.#activate(node.above)),
      open: () => node && this.#tell('timeline-open', node.run),
      unfoldAll: () => this.#foldAll(false),
      zoom: steps => this.#zoom(A_STEP ** steps),
      fit: () => this.#fit(),
      fill: () => node && this.#show(node),
      pan: direction => this.#pan(direction),
      failure: step => this.select(this.#runs.nextFailure(node, step)?.run.id),
      search: () => this.#tools.focus(),
    });
  }

  #pan(direction) {
    this.#scale.pan((direction * this.#scale.width) / 5);
    this.#changed();
  }

  /** Has the whole of a run fill the axis. */
  #show({ run }) {
    const [from, to] = [beginOf(run), endOf(run, this.#now())];
    const edge = (to - from) * 0.05;
    this.#scale.show(from - edge, to + edge);
    this.#changed();
  }
}
