// Today's curve of a venue, drawn by ECharts from the numbers in the page.
const place = document.querySelector("#curve");
const source = document.querySelector("#curve-data");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function options({ times, series, low, high, open, unknown, capacity, words }) {
  const quiet = colour("quiet");
  const line = (name, extra) => ({
    name: words[name], type: "line", symbol: "none", connectNulls: false, data: series[name], animation: false, ...extra,
  });
  const isAhead = series.expected.some((value) => value != null);
  // the band is two stacked areas, of which the lower one is not seen
  const band = (data, extra) => ({
    type: "line", stack: "band", symbol: "none", silent: true, animation: false, data, lineStyle: { opacity: 0 }, tooltip: { show: false }, ...extra,
  });
  const bands = (ranges, name, style) => ranges.map(([from, to]) => [{ name, xAxis: from, itemStyle: style }, { xAxis: to }]);
  return {
    aria: { enabled: false },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 16, top: 40, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 22, textStyle: { color: quiet }, data: [words.today, words.yesterday, words.usual, ...(isAhead ? [words.expected] : [])] },
    tooltip: {
      trigger: "axis", renderMode: "richText", backgroundColor: colour("paper"), borderColor: colour("line-strong"),
      textStyle: { color: colour("ink") }, valueFormatter: (v) => (v == null ? words.unknown : String(Math.round(v))),
    },
    xAxis: {
      type: "category", data: times, boundaryGap: false, axisLine: { lineStyle: { color: colour("line-strong") } }, axisTick: { show: false },
      axisLabel: { color: quiet, interval: (i, value) => value.endsWith(":00") && parseInt(value, 10) % 3 === 0 },
    },
    yAxis: { type: "value", minInterval: 1, min: 0, max: (v) => (v.max < 4 ? 4 : null), axisLabel: { color: quiet }, splitLine: { lineStyle: { color: colour("line") } } },
    series: [
      band(low, {}),
      band(high.map((value, i) => (value == null || low[i] == null ? null : value - low[i])), { areaStyle: { color: colour("accent"), opacity: 0.16 } }),
      line("expected", { lineStyle: { width: 2, type: [2, 3], color: colour("accent") }, itemStyle: { color: colour("accent") } }),
      line("usual", { lineStyle: { width: 1.5, type: "dotted", color: quiet }, itemStyle: { color: quiet } }),
      line("yesterday", { lineStyle: { width: 1.5, type: "dashed", color: colour("kept") }, itemStyle: { color: colour("kept") } }),
      line("today", {
        lineStyle: { width: 2.5, color: colour("accent") }, itemStyle: { color: colour("accent") }, z: 5,
        markArea: {
          silent: true, label: { color: quiet, position: "insideTop", fontSize: 11 },
          data: [
            ...bands(open, "", { color: colour("accent"), opacity: 0.07 }),
            ...bands(unknown, words.unknown, { color: colour("unknown"), opacity: 0.45 }),
          ],
        },
        markLine: capacity ? {
          silent: true, symbol: "none", lineStyle: { color: colour("wait"), type: "solid", width: 1 },
          label: { formatter: words.capacity, position: "insideEndTop", color: quiet }, data: [{ yAxis: capacity }],
        } : undefined,
      }),
    ],
  };
}

if (place && source) {
  const data = JSON.parse(source.textContent);
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  const draw = () => chart.setOption(options(data), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
