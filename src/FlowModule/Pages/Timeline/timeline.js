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

import { Axis } from './axis.js';
import { element, set } from './dom.js';
import { listen } from './gestures.js';
import { press } from './keys.js';
import { Rows } from './rows.js';
import { Runs, beginOf, endOf } from './runs.js';
import { Clock, Scale } from './scale.js';
import { Tip } from './tip.js';
import { Tools } from './tools.js';

const MOST_UNFOLDED = 200;
const A_STEP = 1.6;
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
    zoom: factor => this.#look(scale => scale.zoom(factor)),
    fit: () => this.#look(scale => scale.fit()),
    leave: () => this.#body.focus(),
  });

  #axis = new Axis();
  #space = element('div', { class: 'tl-space', role: 'none' });
  #rows = new Rows(this.#space);
  #body = element('div', { class: 'tl-body', role: 'tree', tabindex: 0 }, this.#space);
  #empty = element('p', { class: 'tl-empty', hidden: true }, 'No run is like that.');
  #tip = new Tip();
  #size = new ResizeObserver(() => this.#changed());

  #build() {
    this.host.classList.add('tl');
    set(this.#body, { 'aria-label': this.#options.label ?? 'Runs' });
    this.host.replaceChildren(
      this.#tools.element,
      this.#axis.head,
      element('div', { class: 'tl-main' }, this.#axis.grid, this.#body, this.#empty),
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
    this.#scale.width = this.#axis.width;
    this.#scale.setWhole(from, to);
    this.#tools.show(this.#runs);
    this.#axis.render(this.#scale, this.#clock);
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

  #renderRows(now) {
    const view = { top: this.#body.scrollTop, height: this.#body.clientHeight, rowHeight: this.#rowHeight };
    this.#rows.render(this.#runs.visible, view, node => (
      { id: this.#idOf(node), isFolded: this.#runs.isFolded(node), isActive: node === this.#active, scale: this.#scale, now }));
    set(this.#body, { 'aria-activedescendant': this.#active && this.#rows.has(this.#active) ? this.#idOf(this.#active) : null });
  }

  #idOf(node) { return `${this.#id}-${node.number}`; }

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

  /** Changes what part of the time is in view. */
  #look(change) {
    change(this.#scale);
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
      const node = this.#rows.nodeAt(event);
      if (node && event.target.closest('.tl-fold') && node.opens) {
        this.#fold(node, !this.#runs.isFolded(node));
      }

      if (node) {
        this.#activate(node);
      }
    });
    this.#space.addEventListener('dblclick', event => {
      const node = this.#rows.nodeAt(event);
      if (node && !event.target.closest('.tl-fold')) {
        this.#tell('timeline-open', node.run);
      }
    });
    this.#space.addEventListener('pointermove', event => this.#hover(event));
    this.#space.addEventListener('pointerleave', () => this.#tip.hide());
    listen({
      axis: this.#axis.element,
      body: this.#body,
      scale: this.#scale,
      place: event => this.#axis.place(event),
      changed: () => this.#changed(),
      range: (from, to) => this.#axis.choose(from, to),
    });
  }

  #hover(event) {
    const node = event.pointerType === 'touch' || event.buttons || !event.target.closest('.tl-chart') ? null : this.#rows.nodeAt(event);
    if (node) {
      const box = this.host.getBoundingClientRect();
      const time = this.#scale.time(this.#axis.place(event));
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
      zoom: steps => this.#look(scale => scale.zoom(A_STEP ** steps)),
      fit: () => this.#look(scale => scale.fit()),
      fill: () => node && this.#look(scale => scale.fill(beginOf(node.run), endOf(node.run, this.#now()))),
      pan: direction => this.#look(scale => scale.pan((direction * scale.width) / 5)),
      failure: step => this.select(this.#runs.nextFailure(node, step)?.run.id),
      search: () => this.#tools.focus(),
    });
  }
}
