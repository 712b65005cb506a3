// The live pages: swap the parts that changed, keep their ages, ask for other venues without a reload.
const freshness = document.querySelector("#freshness");
const LOST_AFTER_MS = 5000;
const TYPING_MS = 250;

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
  for (const time of document.querySelectorAll("#live time.age")) {
    const words = ago(Math.max(0, (at - Date.parse(time.dateTime)) / 1000));
    if (time.textContent !== words) time.textContent = words;
  }
}

function swap(id, html) {
  const old = document.getElementById(id);
  if (!old) return;
  const holder = document.createElement("template");
  const isDrawing = old instanceof SVGElement;
  holder.innerHTML = isDrawing ? `<svg>${html}</svg>` : html;
  const fresh = isDrawing ? holder.content.firstElementChild.firstElementChild : holder.content.firstElementChild;
  const moved = fresh.querySelector(".count")?.textContent !== old.querySelector(".count")?.textContent;
  if (moved) fresh.classList.add("has-moved");
  const focused = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (focused) (fresh.matches("a") ? fresh : fresh.querySelector("a"))?.focus();
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
  document.documentElement.classList.toggle("is-stale", lost);
  const shown = freshness.querySelector(".words");
  if (shown.textContent !== words) shown.textContent = words;
}

// The stream of the venues that are shown now
let stream;

function listen() {
  stream?.close();
  stream = new EventSource(document.querySelector("#live").dataset.events);
  stream.addEventListener("board", (event) => {
    const { at, parts } = JSON.parse(event.data);
    for (const [id, html] of Object.entries(parts)) swap(id, html);
    heardAt = performance.now();
    showFreshness();
    showAges(Date.parse(at));
  });
}

// Other venues: the answer to the form, put in the place of what is shown
const tools = document.querySelector("#tools");
let asked;

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const fields = [...new FormData(tools)].filter(([, value]) => value);
  const address = `${location.pathname}?${new URLSearchParams(fields)}`;
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["live", "found"]) document.getElementById(id).replaceWith(fresh.getElementById(id));
    document.querySelector(".views").replaceWith(fresh.querySelector(".views"));
    history.replaceState(null, "", address);
    listen();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

if (document.querySelector("#live")) {
  let typing;
  tools?.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(ask, TYPING_MS);
  });
  tools?.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  listen();
  setInterval(showFreshness, 1000);
} else {
  freshness.hidden = true;
}
