// Small helpers for making elements. Text goes in as text alone: nothing that comes from a run is ever read as HTML.

/** @param {Record<string, string | number | boolean | null | undefined>} [attributes] Null and false leave an attribute out; true has no value. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  set(made, attributes);
  made.append(...children.filter(child => child != null));
  return made;
}

export function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) {
      target.removeAttribute(name);
    } else if (target.getAttribute(name) !== String(value === true ? '' : value)) {
      target.setAttribute(name, value === true ? '' : value);
    }
  }
}

// A state is told by its shape as well as by its colour.
const SHAPES = {
  Completed: 'M4.4 8.3 7 10.8 11.6 5.6', Failed: 'M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2', Crashed: 'M8 4v5M8 11.4v.6', Cancelled: 'M4.8 8h6.4', Cancelling: 'M4.8 8h6.4',
  Running: 'M6.6 5 11 8l-4.4 3z', Paused: 'M6.3 5.2v5.6M9.7 5.2v5.6', Pending: 'M8 4.6V8l2.3 1.5', Scheduled: 'M8 4.6V8l2.3 1.5',
};
const icons = new Map();

/** The sign of a state: a disc in its tone, with its shape. */
export function icon(type, tone) {
  let made = icons.get(type);
  if (!made) {
    const svg = (name, attributes) => {
      const part = document.createElementNS('http://www.w3.org/2000/svg', name);
      set(part, attributes);
      return part;
    };
    made = svg('svg', { viewBox: '0 0 16 16', class: 'tl-icon', 'aria-hidden': 'true', focusable: 'false' });
    made.append(svg('circle', { cx: 8, cy: 8, r: 7 }), svg('path', { d: SHAPES[type] ?? '' }));
    icons.set(type, made);
  }

  const copy = made.cloneNode(true);
  copy.classList.add(`tl-${tone ?? 'waiting'}`);
  return copy;
}

export const number = new Intl.NumberFormat('en');
