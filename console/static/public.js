// The public page shows itself anew once a minute, while somebody looks at it.
const EVERY_MS = 60000;

async function renew() {
  if (document.hidden || document.querySelector("main").contains(document.activeElement)) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
}

setInterval(renew, EVERY_MS);
