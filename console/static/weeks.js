// The heat map of a venue's week: the usual one from the table, the mean of a year, or any week of it.
const place = document.querySelector("#weeks");
const table = document.querySelector("#heat-table table");
const choice = document.querySelector("#week");
const lang = document.documentElement.lang;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const LEVELS = [0.06, 0.14, 0.24, 0.36, 0.5, 0.64, 0.82, 1];
const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
const words = place?.dataset;
const rows = [...table?.tBodies[0].rows ?? []];
const days = rows.map((row) => row.cells[0].textContent.trim());
const hours = [...table?.tHead.rows[0].cells ?? []].slice(1).map((cell) => Number(cell.dataset.minute));
const clock = (minute) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:00`;
const shut = rows.map((row) => [...row.cells].slice(1).map((cell) => cell.classList.contains("shut")));
const usual = rows.map((row) => [...row.cells].slice(1).map((cell) => (cell.dataset.mean ? Number(cell.dataset.mean) : null)));

function level(value, top) {
  return Math.min(Math.floor((value / top) * LEVELS.length), LEVELS.length - 1);
}

function said(day, hour, value) {
  return `${days[day]} ${clock(hours[hour])}: ${value == null ? words.unknown : number.format(value)}`;
}

function options(cells, top) {
  const heat = colour("heat").split(" ").join(",");
  const size = [(place.clientWidth - 64) / hours.length - 2, (place.clientHeight - 34) / 7 - 2];
  const data = cells.flatMap((row, day) => row.map((value, hour) => ({
    value: [hour, day, value ?? 0],
    itemStyle: {
      color: value == null ? "transparent" : `rgba(${heat},${LEVELS[level(value, top)]})`,
      borderColor: value == null ? colour("unknown") : shut[day][hour] ? colour("line-strong") : "transparent",
      borderType: value == null ? "dotted" : "solid",
    },
    known: value,
  })));
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false } };
  return {
    aria: { enabled: false }, animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 56, right: 8, top: 26, bottom: 8 },
    xAxis: { ...axis, position: "top", data: hours.map((h) => clock(h).slice(0, 2)), axisLabel: { color: colour("quiet") } },
    yAxis: { ...axis, inverse: true, data: days, axisLabel: { color: colour("quiet") } },
    tooltip: {
      renderMode: "richText", backgroundColor: colour("paper"), borderColor: colour("line-strong"), textStyle: { color: colour("ink") },
      formatter: ({ value: [hour, day], data: { known } }) => said(day, hour, known),
    },
    series: [{ type: "scatter", symbol: "rect", symbolSize: size, data, emphasis: { itemStyle: { borderColor: colour("ink"), borderType: "solid" } } }],
  };
}

let year;
let chart;

function cellsOf(name) {
  if (name === "usual" || !year) return usual;
  const week = name === "mean" ? year.mean : year.cells[Number(name)];
  return days.map((_, day) => hours.map((minute) => week[day * 24 + (minute - year.day_starts) / 60] ?? null));
}

function show() {
  const cells = cellsOf(choice.value);
  const top = Math.max(1, ...usual.flat(), ...cells.flat());
  chart.setOption(options(cells, top), true);
  cells.forEach((row, day) => row.forEach((value, hour) => {
    const cell = rows[day].cells[hour + 1];
    cell.textContent = value == null ? "·" : number.format(value);
    cell.className = `${value == null ? "none" : `l${level(value, top)}`}${shut[day][hour] ? " shut" : ""}`;
    cell.title = said(day, hour, value);
  }));
  const index = choice.selectedIndex;
  document.querySelector("#week-older").disabled = index === choice.options.length - 1;
  document.querySelector("#week-newer").disabled = index === 0;
  const known = cells.flat().filter((value) => value != null);
  const name = choice.selectedOptions[0].textContent.trim();
  place.setAttribute("aria-label", known.length ? `${name}: ${words.most} ${number.format(Math.max(...known))}` : `${name}: ${words.nothing}`);
  document.querySelector("#week-note").textContent = known.length ? "" : words.nothing;
}

async function load() {
  const note = document.querySelector("#week-note");
  note.textContent = words.loading;
  try {
    const answer = await fetch(place.dataset.weeks);
    if (!answer.ok) throw new Error(answer.statusText);
    year = await answer.json();
  } catch {
    note.textContent = words.failed;
    return;
  }
  note.textContent = "";
  const day = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" });
  choice.add(new Option(words.mean, "mean"));
  year.weeks.forEach((monday, n) => {
    const some = year.cells[n].some((value) => value != null);
    if (some) choice.add(new Option(words.week.replace("{day}", day.format(Date.parse(monday))), String(n)));
  });
  show();
}

if (place && table) {
  document.querySelector("#week-tools").hidden = false;
  place.hidden = false;
  document.querySelector("#heat-table").open = false;
  chart = window.echarts.init(place, null, { renderer: "svg" });
  choice.addEventListener("change", show);
  for (const [id, step] of [["#week-older", 1], ["#week-newer", -1]]) {
    document.querySelector(id).addEventListener("click", () => { choice.selectedIndex += step; show(); });
  }
  new ResizeObserver(() => { chart.resize(); show(); }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
  load();
}
