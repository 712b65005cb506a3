// One box for all the others; the page works without it.
const all = document.getElementById("all");
const others = () => document.querySelectorAll('.inbox input[name="ids"]');
all?.addEventListener("change", () => {
  for (const box of others()) box.checked = all.checked;
});
for (const box of others()) {
  box.addEventListener("change", () => {
    all.checked = [...others()].every((other) => other.checked);
  });
}
