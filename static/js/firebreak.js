// Firebreak in the browser: small helps over pages that work without them. No framework.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const remember = (key, value) => {
  try {
    return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value);
  } catch {
    return null;
  }
};

// --- Moments: "in 42 min" stays true while the page is open -------------------------------

const zone = document.documentElement.dataset.zone || undefined;
const say = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
const clock = say({ hour: "2-digit", minute: "2-digit" });
const weekday = say({ weekday: "short" });
const day = say({ day: "numeric", month: "short" });
const dated = say({ day: "numeric", month: "short", year: "numeric" });
const dayKey = say({ year: "numeric", month: "2-digit", day: "2-digit" });
const DAY = 86400000;

function span(minutes) {
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest ? ` ${String(rest).padStart(2, "0")}` : ""}`;
}

// The same words as the server's; docs/design.md has the table.
function inWords(at, now) {
  const minutes = Math.floor(Math.abs(at - now) / 60000);
  const key = (moment) => dayKey.format(moment);
  if (minutes < 1) return "now";
  if (minutes < 600) return at > now ? `in ${span(minutes)}` : `${span(minutes)} ago`;
  if (key(at) === key(now)) return `today ${clock.format(at)}`;
  if (key(at) === key(new Date(+now + DAY))) return `tomorrow ${clock.format(at)}`;
  if (key(at) === key(new Date(now - DAY))) return `yesterday ${clock.format(at)}`;
  if (Math.abs(at - now) < 6 * DAY) return `${weekday.format(at)} ${clock.format(at)}`;
  return (Math.abs(at - now) < 300 * DAY ? day : dated).format(at);
}

function refreshMoments() {
  const now = new Date();
  for (const time of all("time[data-relative]")) {
    const words = inWords(new Date(time.dateTime), now);
    if (time.textContent !== words) time.textContent = words;
  }
}

setInterval(refreshMoments, 30000);
document.addEventListener("visibilitychange", () => document.hidden || refreshMoments());

// The exact moment and zone, on hover and focus. A row's link may lie over the time, so look below it.
const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true, role: "tooltip" });
document.body.append(tip);

function tell(time) {
  tip.hidden = !time;
  if (!time) return;
  tip.textContent = time.dataset.exact;
  const box = time.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
  const above = box.top - tip.offsetHeight - 4;
  tip.style.translate = `${Math.max(8, left)}px ${above < 4 ? box.bottom + 4 : above}px`;
}

document.addEventListener("pointermove", (event) => {
  if (event.pointerType === "touch") return;
  tell(document.elementsFromPoint(event.clientX, event.clientY).find((el) => el.dataset.exact));
});
document.addEventListener("focusin", (event) => tell(event.target.closest("[data-exact]")));
addEventListener("scroll", () => tell(null), { capture: true, passive: true });

// --- Theme and density: light, dark or the system's; kept in this browser ------------------

function showChoices() {
  const chosen = {
    theme: remember("firebreak.theme") || "auto",
    density: remember("firebreak.density") || "normal",
    keys: remember("firebreak.keys") || "on",
  };
  for (const button of all("[data-set]")) {
    const [name, value] = button.dataset.set.split(":");
    button.setAttribute("aria-pressed", String(chosen[name] === value));
  }
}

function choose(name, value) {
  remember(`firebreak.${name}`, value);
  const root = document.documentElement;
  if (name !== "keys") {
    if (value === "auto" || value === "normal") delete root.dataset[name];
    else root.dataset[name] = value;
  }
  showChoices();
}

// --- The keyboard on lists ----------------------------------------------------------------

const openers = () => all("[data-list] [data-open]").filter((a) => a.offsetParent);
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
let walking;
let settling = false; // the pane still shows the row that was left
let queued = "";

function walk(step) {
  const rows = openers();
  if (!rows.length) return;
  const here = rows.findIndex((a) => a.closest("[data-row]").matches("[data-here]"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
  next.focus();
  markHere(next);
  clearTimeout(walking);
  settling = Boolean(paneFor(next));
  queued = "";
  walking = setTimeout(() => paneFor(next) && next.click(), 130);
}

// A key that comes before the pane has followed waits for it: it is meant for the row that is marked.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.closest?.("[data-pane]") && !event.target.matches?.("[data-pane]")) return;
  settling = false;
  if (queued) buttonFor(queued)?.click();
  queued = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) settling = false;
});

function markHere(opener) {
  const list = opener.closest("[data-list]");
  for (const row of all("[data-here]", list)) row.removeAttribute("data-here");
  opener.closest("[data-row]").setAttribute("data-here", "");
}

// The pane that a row opens into, when there is room for one.
function paneFor(opener) {
  const pane = opener.getAttribute("hx-target") && document.querySelector(opener.getAttribute("hx-target"));
  return pane && pane.getClientRects().length ? pane : null;
}

// The button for a key: in the open pane first, then in the chosen row, then on the page.
function buttonFor(key) {
  const name = CSS.escape(key.toLowerCase());
  const places = ["[data-pane]", "[data-here]", "body"];
  return places.flatMap((place) => all(`${place} [data-key="${name}"]`)).find((el) => el.offsetParent);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const more = event.target.closest?.("details.more[open]");
    if (more) press(event, more.querySelector("summary"), (s) => { more.open = false; s.focus(); });
    return closeMenus();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || event.defaultPrevented) return;
  if (event.key === "?") return press(event, document.querySelector("#keys"), (d) => d.showModal());
  if (remember("firebreak.keys") === "off") return;
  if (event.key === "/") return press(event, document.querySelector("[data-search]"), (s) => s.focus());
  const list = document.querySelector("[data-list]");
  if (list && /^[jk]$/i.test(event.key)) return press(event, list, () => walk(event.key.toLowerCase() === "j" ? 1 : -1));
  if (event.key === "Enter") {
    const opener = event.target.closest?.("[data-open]");
    return opener && press(event, opener, (a) => location.assign(a.href));
  }
  if (event.key.length === 1) {
    if (settling) return press(event, document, () => { queued = event.key; });
    const button = buttonFor(event.key);
    press(event, button, (b) => (b.matches("input, textarea, select") ? b.focus() : b.click()));
  }
});

function press(event, target, act) {
  if (!target) return;
  event.preventDefault();
  act(target);
}

// --- Menus, dialogs, choices, filters -------------------------------------------------------

function closeMenus(except) {
  for (const menu of all("details.menu[open]")) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  const setter = event.target.closest("[data-set]");
  if (setter) choose(...setter.dataset.set.split(":"));
  const shower = event.target.closest("[data-show]");
  if (shower) document.querySelector(shower.dataset.show)?.showModal();
  if (event.target.matches("dialog")) event.target.close();
  const printer = event.target.closest("[data-print]");
  if (printer) window.print();
});

// Type to narrow a list that is already on the page.
document.addEventListener("input", (event) => {
  const list = event.target.dataset?.filter && document.querySelector(event.target.dataset.filter);
  if (!list) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const item of list.children) item.hidden = !item.textContent.toLowerCase().includes(wanted);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.dataset?.filter) return;
  event.preventDefault();
  const first = all(`${event.target.dataset.filter} > :not([hidden]) button`)[0];
  first?.click();
});

// A list of people that opens is there to be typed into.
document.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector?.("[data-filter]")?.focus();
}, true);

// --- What was typed is never lost: kept for this tab until the form is sent ------------------

const draftKey = (form) => `draft:${form.dataset.keep}`;

function restoreDrafts(root = document) {
  for (const form of all("form[data-keep]", root)) {
    const kept = JSON.parse(sessionStorage.getItem(draftKey(form)) || "{}");
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements[name];
      if (field && "value" in field && !field.value) field.value = value;
    }
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-keep]");
  if (!form) return;
  const texts = all("textarea[name], input[type=text][name]", form).filter((f) => f.value);
  const kept = Object.fromEntries(texts.map((f) => [f.name, f.value]));
  sessionStorage.setItem(draftKey(form), JSON.stringify(kept));
});

// A sent draft goes once another page has arrived; a login page or a reload is no such page.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.keep) sessionStorage.setItem("sent", draftKey(event.target));
});

// A form that htmx sent well has no draft any more; a refused one keeps it.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (event.detail.successful && form?.dataset?.keep) sessionStorage.removeItem(draftKey(form));
});

function forgetSent() {
  const sent = sessionStorage.getItem("sent");
  const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  if (!sent || !arrived || document.querySelector("input[type=password]")) return;
  sessionStorage.removeItem(sent);
  sessionStorage.removeItem("sent");
}

// --- htmx -----------------------------------------------------------------------------------

document.addEventListener("htmx:beforeRequest", (event) => {
  const opener = event.target.closest("[data-open]");
  if (!opener) return;
  if (paneFor(opener)) return markHere(opener);
  event.preventDefault(); // no room for a pane: open the page itself
  location.assign(opener.href);
});

// A refusal comes as 4xx with its own fragment; show it where the answer would have been.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status } = event.detail.xhr;
  if ([400, 403, 409, 412, 422].includes(status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What takes the place of a strip takes its room, however many lines it has: no row moves.
document.addEventListener("htmx:oobBeforeSwap", ({ target }) => {
  if (target.id === "strips") target.style.minBlockSize = `${target.getBoundingClientRect().height}px`;
});

document.addEventListener("htmx:afterSwap", (event) => {
  refreshMoments();
  restoreDrafts(event.target);
});

function tellConnection(offline) {
  for (const strip of all("[data-offline]")) strip.hidden = !offline;
}

addEventListener("online", () => tellConnection(false));
addEventListener("offline", () => tellConnection(true));
document.addEventListener("htmx:sendError", () => tellConnection(true));
document.addEventListener("htmx:afterOnLoad", () => tellConnection(false));

showChoices();
refreshMoments();
forgetSent();
restoreDrafts();
tellConnection(!navigator.onLine);
