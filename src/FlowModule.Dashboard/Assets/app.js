// What the pages do besides htmx: durations that go on, keys, dialogs, a log that follows. Nothing here makes HTML from text.

import { duration } from './timeline/scale.js';

const token = () => document.querySelector('input[name="form-token"]')?.value ?? '';

setInterval(() => {
    if (document.hidden) { return; }
    for (const element of document.querySelectorAll('[data-since]')) {
        element.textContent = duration(Date.now() - Date.parse(element.dataset.since));
    }
}, 1000);

// Fields without a value are left out of addresses.
document.addEventListener('htmx:configRequest', event => {
    const detail = event.detail;
    if (detail.verb === 'get') {
        for (const [name, value] of [...detail.formData.entries()]) {
            if (value === '') { detail.formData.delete(name); }
        }
    } else {
        detail.headers['X-Form-Token'] = token();
    }
});

// What was chosen in a filter before the page was ready, or was kept by the browser from an earlier visit, is asked for once it is.
function isChosen(field) {
    if (field instanceof HTMLSelectElement) { return field.selectedIndex !== Math.max(0, [...field.options].findIndex(option => option.defaultSelected)); }
    return field instanceof HTMLInputElement && (field.type === 'checkbox' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
}
document.addEventListener('htmx:load', () => {
    for (const form of document.querySelectorAll('form[hx-get]')) {
        if ([...form.elements].some(isChosen)) { htmx.trigger(form, 'change'); }
    }
}, { once: true });

// "/" goes to the search, as in most lists; Escape leaves it.
document.addEventListener('keydown', event => {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
        const search = document.querySelector('#q, #log-q');
        if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
});

// Questions before an action come up over the page; without this script they are pages of their own.
const dialog = document.getElementById('dialog');
document.addEventListener('click', async event => {
    const link = event.target.closest('a[data-dialog]');
    if (link && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        const response = await fetch(link.href, { headers: { 'HX-Request': 'true' } });
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        const form = page.getElementById('confirm');
        if (!form) { location.href = link.href; return; }
        document.getElementById('dialog-body').replaceChildren(document.adoptNode(form));
        dialog.showModal();
        form.querySelector('button[type="submit"]').focus();
    } else if (event.target.closest('[data-close]') && dialog.open) {
        event.preventDefault();
        dialog.close();
    }
});

// A button that is a link is pressed with the space bar too.
document.addEventListener('keydown', event => {
    if (event.key === ' ' && event.target.matches('a[role="button"]')) { event.preventDefault(); event.target.click(); }
});

// Fields of other parameter sets are out of sight and are not sent.
function showSet(select) {
    for (const field of document.querySelectorAll('[data-in-sets]')) {
        const isIn = field.dataset.inSets.split('\n').some(set => set.toLowerCase() === select.value.toLowerCase());
        field.hidden = !isIn;
        for (const input of field.querySelectorAll('input, select, textarea')) { input.disabled = !isIn; }
    }
}
for (const select of document.querySelectorAll('select[data-sets]')) {
    showSet(select);
    select.addEventListener('change', () => showSet(select));
}

// The log: new lines come to its end, and it stays at its end while a person is there.
const log = () => document.getElementById('log');
const toEnd = element => { element.scrollTop = element.scrollHeight; };
if (log()) { toEnd(log()); }
document.addEventListener('htmx:afterSwap', event => { if (event.target.id === 'log') { toEnd(event.target); } });

let isReading = false;
let hasMore = false;
async function followLog() {
    const element = log();
    if (!element || !document.getElementById('follow')?.checked) { return; }
    if (isReading) { hasMore = true; return; }
    isReading = true;
    hasMore = false;
    try {
        const response = await fetch(element.dataset.next, { headers: { 'HX-Request': 'true' } });
        if (!response.ok) { return; }
        const next = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('log');
        const lines = [...next.querySelectorAll('.line')];
        const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
        element.dataset.next = next.dataset.next;
        if (lines.length > 0) {
            element.querySelector('.empty')?.remove();
            element.append(...lines.map(line => document.adoptNode(line)));
            while (element.querySelectorAll('.line').length > 5000) { element.querySelector('.line').remove(); }
            if (isAtEnd) { toEnd(element); }
        }
    } finally {
        isReading = false;
    }
    if (hasMore) { void followLog(); }
}

// Parts of a page that follow the history, at most once in as many seconds as they say. While a part waits for an answer, also for one to a filter,
// it does not ask: an older answer would replace a newer one. It asks afterwards, so the last change is never missed.
const parts = new Map();
const part = id => parts.get(id) ?? parts.set(id, { open: 0, isStale: false, asked: -Infinity, timer: 0 }).get(id);

function refresh(id) {
    const element = document.getElementById(id);
    if (!element) { return; }
    const state = part(id);
    const rest = state.asked + element.dataset.live * 1000 - performance.now();
    if (state.open > 0) {
        state.isStale = true;
    } else if (rest > 0) {
        state.timer ||= setTimeout(() => { state.timer = 0; refresh(id); }, rest);
    } else {
        state.isStale = false;
        state.asked = performance.now();
        htmx.trigger(element, 'refresh');
    }
}

document.addEventListener('htmx:beforeSend', event => { part(event.detail.target.id).open++; });
document.addEventListener('htmx:afterRequest', event => {
    const state = part(event.detail.target.id);
    if (--state.open === 0 && state.isStale) { refresh(event.detail.target.id); }
});

const trouble = document.getElementById('trouble');
function showTrouble(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
}
document.body.addEventListener('htmx:sseOpen', event => {
    showTrouble('');
    event.detail.source.addEventListener('changed', () => {
        showTrouble('');
        void followLog();
        document.dispatchEvent(new Event('flow-changed'));
        for (const element of document.querySelectorAll('[data-live]')) { refresh(element.id); }
    });
    event.detail.source.addEventListener('trouble', message => showTrouble(message.data));
});
document.body.addEventListener('htmx:sseError', () => showTrouble('The dashboard does not answer. It is tried again.'));
