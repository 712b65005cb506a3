// The wall screen: as many venues as fit, and the next ones after a while.
const TURN_MS = 12000;
const wall = document.querySelector("#wall");
const turn = document.querySelector("#turn");
let first = 0;

function show() {
  const cards = [...wall.children];
  for (const card of cards) card.hidden = false;
  const floor = innerHeight - turn.offsetHeight;
  const from = Math.min(first, cards.length - 1);
  for (const card of cards.slice(0, from)) card.hidden = true;
  let last = from;
  for (const card of cards.slice(from)) {
    if (last > from && card.getBoundingClientRect().bottom > floor) break;
    last += 1;
  }
  for (const card of cards.slice(last)) card.hidden = true;
  const isAll = from === 0 && last === cards.length;
  turn.textContent = isAll ? "" : `${from + 1}–${last} / ${cards.length}`;
  return last >= cards.length ? 0 : last;
}

if (wall) {
  let next = show();
  addEventListener("resize", () => { next = show(); });
  setInterval(() => {
    first = next;
    next = show();
  }, TURN_MS);
}
