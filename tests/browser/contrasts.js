// The contrast of every visible text against what lies below it, as pairs of ratio and text.
() => {
  const rgba = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], below) => [
    ...[r, g, b].map((part, i) => part * a + below[i] * (1 - a)),
    1,
  ];
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) =>
      v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      layers.push(rgba(getComputedStyle(e).backgroundColor));
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const found = [];
  for (const element of document.body.querySelectorAll("*:not(svg, svg *)")) {
    const texts = [...element.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE);
    const text = texts.map((n) => n.data.trim()).join("");
    if (!text || !element.checkVisibility({ visibilityProperty: true })) continue;
    const below = ground(element);
    const above = over(rgba(getComputedStyle(element).color), below);
    const [dark, light] = [luminance(below), luminance(above)].sort((a, b) => a - b);
    found.push([(light + 0.05) / (dark + 0.05), text]);
  }
  return found;
}
