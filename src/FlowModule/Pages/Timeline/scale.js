// The time axis of a timeline: which stretch of time is in view, where in it a moment lies, and the marks on it.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(n => n * SECOND), ...[1, 2, 5, 10, 15, 30].map(n => n * MINUTE), ...[1, 2, 3, 6, 12].map(n => n * HOUR), ...[1, 2, 7, 14, 30, 91, 365].map(n => n * DAY),
];
const SHORTEST_VIEW = 2;

/** A length of time as the tables and log lines show it: 12.345 s, 00:02:05, 2d 03:10. The same rule as DurationText.cs. */
export function duration(milliseconds) {
  const length = Math.max(0, milliseconds);
  const two = n => String(Math.floor(n)).padStart(2, '0');
  if (length < MINUTE) {
    return `${(Math.floor(length) / SECOND).toFixed(3)} s`;
  }

  const hours = two((length % DAY) / HOUR);
  const minutes = two((length % HOUR) / MINUTE);
  return length < DAY ? `${hours}:${minutes}:${two((length % MINUTE) / SECOND)}` : `${Math.floor(length / DAY)}d ${hours}:${minutes}`;
}

/** Writes times in one time zone. */
export class Clock {
  #formats = new Map();
  #zone;

  /** @param {string} [zone] An IANA name as Europe/Berlin; without it, or where it is unknown, the reader's own. */
  constructor(zone) {
    try {
      this.#zone = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
    }
  }

  get zone() { return this.#zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone; }

  date(time) { return this.#format(time, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }); }
  shortDate(time) { return this.#format(time, { day: 'numeric', month: 'short' }); }
  minutes(time) { return this.#format(time, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }); }
  seconds(time) { return this.#format(time, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }); }
  precise(time) { return this.#format(time, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' }); }
  full(time) { return `${this.date(time)}, ${this.precise(time)}`; }

  /** How far the zone's clocks are before UTC then, in milliseconds. */
  offset(time) {
    const parts = {};
    for (const { type, value } of this.#formatter({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(time)) {
      parts[type] = Number(value);
    }

    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(time / SECOND) * SECOND;
  }

  #format(time, options) { return this.#formatter(options).format(time); }

  #formatter(options) {
    const key = JSON.stringify(options);
    let format = this.#formats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: this.#zone });
      this.#formats.set(key, format);
    }

    return format;
  }
}

export class Scale {
  /** The whole, and what is in view of it. */
  from = 0;
  to = 1;
  viewFrom = 0;
  viewTo = 1;
  width = 1;

  constructor(clock) { this.clock = clock; }

  get isWhole() { return this.viewFrom <= this.from && this.viewTo >= this.to; }

  /** Says how long the whole is. A view of the whole stays one, and a view of its end goes along with the end. */
  setWhole(from, to) {
    const wasWhole = this.isWhole;
    const wasAtEnd = this.viewTo >= this.to;
    this.from = from;
    // An edge on the right, so that the end is seen to be one.
    this.to = from + Math.max(SHORTEST_VIEW, (to - from) * 1.02);
    if (wasWhole) {
      this.fit();
    } else if (wasAtEnd) {
      this.show(this.to - (this.viewTo - this.viewFrom), this.to);
    }
  }

  x(time) { return ((time - this.viewFrom) / (this.viewTo - this.viewFrom)) * this.width; }
  time(x) { return this.viewFrom + (x / this.width) * (this.viewTo - this.viewFrom); }

  fit() { this.show(this.from, this.to); }

  show(from, to) {
    const whole = this.to - this.from;
    const length = Math.min(whole, Math.max(SHORTEST_VIEW, to - from));
    const start = Math.min(Math.max(this.from, (from + to - length) / 2), this.to - length);
    this.viewFrom = start;
    this.viewTo = start + length;
  }

  /** Shows a part with an edge on both sides. */
  fill(from, to) {
    const edge = (to - from) * 0.05;
    this.show(from - edge, to + edge);
  }

  /** Zooms so that the moment at a place stays there: in with a factor above 1. */
  zoom(factor, x = this.width / 2) {
    const at = this.time(x);
    const length = (this.viewTo - this.viewFrom) / factor;
    const from = at - (x / this.width) * length;
    this.show(from, from + length);
  }

  pan(pixels) {
    const by = (pixels / this.width) * (this.viewTo - this.viewFrom);
    this.show(this.viewFrom + by, this.viewTo + by);
  }

  /** The marks: round times of the zone, as many as there is room for. */
  ticks() {
    const room = this.width / (this.viewTo - this.viewFrom);
    const step = STEPS.find(candidate => candidate * room >= (candidate < SECOND ? 104 : 76)) ?? STEPS.at(-1);
    const offset = step >= MINUTE ? this.clock.offset(this.viewFrom) : 0;
    const ticks = [];
    for (let time = Math.ceil((this.viewFrom + offset) / step) * step - offset; time <= this.viewTo; time += step) {
      ticks.push({ time, x: this.x(time), text: this.#text(time, step) });
    }

    return ticks;
  }

  #text(time, step) {
    const isMidnight = step >= MINUTE && (time + this.clock.offset(time)) % DAY === 0;
    return step >= DAY || isMidnight ? this.clock.shortDate(time) : step >= MINUTE ? this.clock.minutes(time) : step >= SECOND ? this.clock.seconds(time) : this.clock.precise(time);
  }
}
