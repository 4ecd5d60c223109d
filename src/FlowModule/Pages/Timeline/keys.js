// The keys of a timeline: those of a tree, and those of its time axis.

const FAR = Number.MAX_SAFE_INTEGER;

/**
 * Does what a key is for.
 * @param {KeyboardEvent} event
 * @param {object} does go(by), page, inward(), outward(), open(), unfoldAll(), zoom(steps), fit(), fill(), pan(direction), failure(step), search().
 */
export function press(event, does) {
  const keys = {
    ArrowDown: () => does.go(1),
    ArrowUp: () => does.go(-1),
    PageDown: () => does.go(does.page),
    PageUp: () => does.go(-does.page),
    Home: () => does.go(-FAR),
    End: () => does.go(FAR),
    ArrowRight: () => (event.shiftKey ? does.pan(1) : does.inward()),
    ArrowLeft: () => (event.shiftKey ? does.pan(-1) : does.outward()),
    Enter: does.open,
    '*': does.unfoldAll,
    '+': () => does.zoom(1),
    '=': () => does.zoom(1),
    '-': () => does.zoom(-1),
    0: does.fit,
    z: does.fill,
    n: () => does.failure(1),
    N: () => does.failure(-1),
    '/': does.search,
  };
  if (Object.hasOwn(keys, event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    keys[event.key]();
  }
}
