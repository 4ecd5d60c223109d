// An exported page: runs with their timelines, what is known of the chosen one, and the log. It is written behind the timeline's modules.

import { element } from './dom.js';
import { read } from './run-data.js';
import { Details } from './run-details.js';
import { Log } from './run-log.js';
import { Clock } from './scale.js';
import { Timeline } from './timeline.js';

const { zone, now, trees } = read(document.querySelector('#data').textContent);
const clock = new Clock(zone);
const places = trees.map(tree => ({ tree, element: document.getElementById(`run-${tree.top.id}`) }));
let shown = null;

/** Fills a run's place, the first time that it is looked at. */
function fill(place) {
  const { tree } = place;
  const chart = element('div', { class: 'timeline' });
  place.log = new Log(tree, clock);
  place.details = new Details(tree, clock, now, run => {
    place.log.within(run);
    place.log.element.scrollIntoView();
  });
  place.element.querySelector('.work').replaceChildren(element('div', { class: 'beside' }, chart, place.details.element), place.log.element);
  place.timeline = new Timeline(chart, { label: `Runs of ${tree.top.name}`, timeZone: zone, now, failuresFirst: true });
  place.timeline.update(tree.runs);
  chart.addEventListener('timeline-select', ({ detail: { run } }) => {
    place.details.show(run);
    history.replaceState(null, '', `#${run.id}`);
  });
  chart.addEventListener('timeline-open', ({ detail: { run } }) => place.log.within(run));
}

/** Shows the run that the address names, or the first. */
function show() {
  const id = decodeURIComponent(location.hash).replace(/^#(run-)?/, '');
  const place = places.find(({ tree }) => tree.byId.has(id)) ?? shown ?? places[0];
  for (const other of places) {
    other.element.hidden = other !== place;
  }

  for (const link of document.querySelectorAll('nav a')) {
    link.setAttribute('aria-current', String(link.hash === `#${place.tree.top.id}`));
  }

  if (!place.timeline) {
    fill(place);
  }

  shown = place;
  place.timeline.select(place.tree.byId.has(id) ? id : place.timeline.selected?.id ?? place.tree.top.id);
}

addEventListener('hashchange', show);
show();
