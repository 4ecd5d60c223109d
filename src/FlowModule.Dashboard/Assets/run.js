// The timeline of a run: all rows at first, and then those that are new or have changed, when the history has.

import { Timeline } from './timeline/timeline.js';

const host = document.getElementById('timeline');
if (host) {
    const timeline = new Timeline(host, { label: host.dataset.label });
    let since = null;
    let isReading = false;
    let isStale = false;

    async function read() {
        if (isReading) { isStale = true; return; }
        isReading = true;
        try {
            const response = await fetch(host.dataset.tree + (since === null ? '' : `?since=${since}`));
            if (!response.ok) { return; }
            const tree = await response.json();
            since = tree.now;
            timeline.update(tree.runs);
            document.getElementById('tree-count').textContent = String(Math.max(0, tree.count - 1));
        } finally {
            isReading = false;
        }
        if (isStale) { isStale = false; void read(); }
    }

    host.addEventListener('timeline-open', event => { if (event.detail.run.href) { location.href = event.detail.run.href; } });
    document.addEventListener('flow-changed', () => void read());
    void read();
}
