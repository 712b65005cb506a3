// Says what time it is where the viewer is, where that is another one than at the venue.
const place = document.querySelector("#zone");

if (place) {
  const lang = document.documentElement.lang;
  const now = Date.parse(place.dataset.now);
  const at = (timeZone) => new Intl.DateTimeFormat(lang, { dateStyle: "short", timeStyle: "short", timeZone }).format(now);
  const mine = at(undefined);
  if (mine !== at(place.dataset.zone)) {
    place.textContent = place.dataset.words.replace("{time}", mine);
    place.hidden = false;
  }
}
