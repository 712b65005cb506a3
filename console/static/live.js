// The live board: swaps the parts that changed, keeps their ages, filters and orders them.
const venues = document.querySelector("#venues");
const freshness = document.querySelector("#freshness");
const LOST_AFTER_MS = 5000;

const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function ago(seconds) {
  const [unit, size] = STEPS.find(([, s]) => seconds >= s) ?? STEPS.at(-1);
  return relative.format(-Math.floor(seconds / size), unit);
}

function length(seconds) {
  const [unit, size] = STEPS.find(([, s]) => seconds >= s) ?? STEPS.at(-1);
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" })
    .format(Math.floor(seconds / size));
}

function showAges(at) {
  for (const time of venues.querySelectorAll("time.age")) {
    time.textContent = ago(Math.max(0, (at - Date.parse(time.dateTime)) / 1000));
  }
}

function swap(id, html) {
  const old = document.getElementById(id);
  if (!old) return;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.firstElementChild;
  const moved = fresh.querySelector(".count")?.textContent !== old.querySelector(".count")?.textContent;
  if (moved) fresh.classList.add("has-moved");
  old.replaceWith(fresh);
}

// Freshness: the stream speaks every second, so silence means that the connection is gone.
let heardAt = performance.now();

function showFreshness() {
  const silent = performance.now() - heardAt;
  const lost = silent > LOST_AFTER_MS;
  const words = lost
    ? freshness.dataset.lost.replace("{age}", length(silent / 1000))
    : freshness.dataset.live;
  freshness.classList.toggle("is-lost", lost);
  freshness.classList.toggle("is-live", !lost);
  const shown = freshness.querySelector(".words");
  if (shown.textContent !== words) shown.textContent = words;
}

// Filter and order
const filter = document.querySelector("#filter");
const order = document.querySelector("#order");
const found = document.querySelector("#found");

function applyFilter() {
  const wanted = filter.value.trim().toLowerCase();
  let shown = 0;
  for (const card of venues.children) {
    const whole = card.querySelector("h2").textContent.toLowerCase().includes(wanted);
    let any = whole;
    for (const room of card.querySelectorAll(".room")) {
      const fits = whole || room.querySelector(".name").textContent.toLowerCase().includes(wanted);
      room.hidden = !fits;
      any ||= fits;
    }
    card.hidden = !any;
    shown += any;
  }
  found.textContent = shown ? "" : found.dataset.none;
}

const byName = [...(venues?.children ?? [])];
const KEYS = {
  name: () => 0,
  share: (card) => -Math.max(-1, ...[...card.querySelectorAll(".room")].map((r) => parseFloat(r.dataset.share || "-1"))),
  unknown: (card) => -card.querySelectorAll(".room.is-unknown").length,
};

function applyOrder() {
  const key = KEYS[order.value];
  const keyed = byName.map((card) => [key(card), card]).sort(([a], [b]) => a - b);
  if (keyed.some(([, card], i) => venues.children[i] !== card)) venues.append(...keyed.map(([, card]) => card));
}

if (venues) {
  filter.addEventListener("input", applyFilter);
  order.addEventListener("change", applyOrder);
  document.querySelector("#tools").addEventListener("submit", (event) => event.preventDefault());
  const stream = new EventSource(venues.dataset.events);
  stream.addEventListener("board", (event) => {
    const { at, parts } = JSON.parse(event.data);
    for (const [id, html] of Object.entries(parts)) swap(id, html);
    heardAt = performance.now();
    showFreshness();
    showAges(Date.parse(at));
    if (Object.keys(parts).length) {
      applyFilter();
      applyOrder();
    }
  });
  setInterval(showFreshness, 1000);
} else {
  freshness.hidden = true;
}
