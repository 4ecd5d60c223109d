// Wheel, mouse, pen and fingers on the chart of a timeline: zoom and pan.

const A_DRAG = 4;

/**
 * @param {object} parts axis and body: the elements; scale; place(event): how far right in the chart it is; changed(); range(from, to): shows a choice of times, or with no arguments none.
 */
export function listen({ axis, body, scale, place, changed, range }) {
  const wheel = event => {
    const isZoom = event.ctrlKey || event.metaKey || event.currentTarget === axis;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (isZoom) {
      event.preventDefault();
      scale.zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY || event.deltaX)) / 240), place(event));
      changed();
    } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY) && !scale.isWhole) {
      event.preventDefault();
      scale.pan(sideways);
      changed();
    }
  };
  axis.addEventListener('wheel', wheel, { passive: false });
  body.addEventListener('wheel', wheel, { passive: false });

  // A drag on the axis chooses what is to fill it.
  drag(axis, {
    move: (start, event) => range(start, place(event)),
    end: (start, event) => {
      range();
      const [from, to] = [start, place(event)].sort((a, b) => a - b);
      scale.show(scale.time(from), scale.time(to));
      changed();
    },
    cancel: () => range(),
    place,
  });
  axis.addEventListener('dblclick', () => {
    scale.fit();
    changed();
  });

  // One on the chart moves it; two fingers stretch it.
  let last = 0;
  drag(body, {
    begins: event => place(event) >= 0 && !scale.isWhole,
    move: (start, event) => {
      const x = place(event);
      scale.pan((last || start) - x);
      last = x;
      changed();
    },
    end: () => { last = 0; },
    cancel: () => { last = 0; },
    place,
  });
  pinch(body, scale, place, changed);
}

function drag(target, { begins = () => true, move, end, cancel, place }) {
  let start = null;
  let pointer = null;
  let isDrag = false;
  target.addEventListener('pointerdown', event => {
    isDrag = false;
    if (event.button === 0 && event.isPrimary && event.pointerType !== 'touch' && begins(event)) {
      start = place(event);
      pointer = event.pointerId;
    }
  });
  target.addEventListener('pointermove', event => {
    if (event.pointerId !== pointer) {
      return;
    }

    if (!isDrag && Math.abs(place(event) - start) >= A_DRAG) {
      isDrag = true;
      target.setPointerCapture(pointer);
    }

    if (isDrag) {
      move(start, event);
    }
  });
  const over = act => event => {
    if (event.pointerId !== pointer) {
      return;
    }

    pointer = null;
    if (isDrag) {
      act(start, event);
    }
  };
  target.addEventListener('pointerup', over(end));
  target.addEventListener('pointercancel', over(cancel));
  // The end of a drag is no click on what lies under it.
  target.addEventListener('click', event => {
    if (isDrag) {
      event.stopPropagation();
      isDrag = false;
    }
  }, true);
}

function pinch(target, scale, place, changed) {
  const fingers = new Map();
  const spread = () => {
    const [a, b] = fingers.values();
    return { distance: Math.max(20, Math.abs(a - b)), middle: (a + b) / 2 };
  };
  target.addEventListener('pointerdown', event => {
    if (event.pointerType === 'touch') {
      fingers.set(event.pointerId, place(event));
    }
  });
  target.addEventListener('pointermove', event => {
    if (!fingers.has(event.pointerId)) {
      return;
    }

    const before = fingers.size === 2 ? spread() : null;
    const x = place(event);
    if (!before) {
      scale.pan(fingers.get(event.pointerId) - x);
    }

    fingers.set(event.pointerId, x);
    if (before) {
      const after = spread();
      scale.zoom(after.distance / before.distance, before.middle);
      scale.pan(before.middle - after.middle);
    }

    changed();
  });
  for (const name of ['pointerup', 'pointercancel', 'pointerleave']) {
    target.addEventListener(name, event => fingers.delete(event.pointerId));
  }
}
