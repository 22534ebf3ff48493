// What the pages can do without, made quicker: keys on tables and lists, and copying a link.
"use strict";

// In a table with keys, headings and cells are one stop of Tab each; the arrow keys move among them, and between them.
const cellOf = (element) => element?.closest("td, th");

function columnOf(cell) {
  const head = cell.closest("thead"); // of two rows of headings the first has the one above the names
  return cell.cellIndex + (head?.rows.length > 1 ? 1 : 0);
}

function beside(cell, key) {
  if (key === "ArrowLeft") return cell.previousElementSibling;
  if (key === "ArrowRight") return cell.nextElementSibling;
  const rows = [...cell.closest("table").querySelectorAll("thead tr:last-child, tbody tr")];
  const next = rows[rows.indexOf(cell.parentElement) + (key === "ArrowUp" ? -1 : 1)];
  return [...(next?.cells ?? [])].find((one) => columnOf(one) === columnOf(cell));
}

const stopsOf = (table, part) => [...table.querySelectorAll(`${part} a`)];

for (const table of document.querySelectorAll("table[data-keys]")) {
  for (const part of ["thead", "tbody"]) stopsOf(table, part).forEach((link, n) => { link.tabIndex = n ? -1 : 0; });
  table.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || !event.key.startsWith("Arrow")) return;
    const link = beside(cell, event.key)?.querySelector("a");
    if (!link) return;
    event.preventDefault();
    for (const one of stopsOf(table, link.closest("thead, tbody").tagName)) one.tabIndex = -1;
    link.tabIndex = 0;
    link.focus();
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

document.addEventListener("keydown", (event) => {
  if ((event.key !== "?" && event.key !== "e") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const place = event.target.closest("td, li") ?? document.querySelector("main");
  const link = place.querySelector("a.why, td > a") ?? event.target.closest("td")?.querySelector("a");
  if (link) { event.preventDefault(); link.click(); }
});

for (const place of document.querySelectorAll("[data-fill]")) {
  place.setAttribute("aria-busy", "true");
  fetch(place.dataset.fill, { credentials: "same-origin" })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status)))
    .then((text) => { place.innerHTML = text; })
    .catch(() => {}) // the link that was there says where to look
    .finally(() => place.removeAttribute("aria-busy"));
}

for (const link of document.querySelectorAll("a[data-copy]")) {
  link.addEventListener("click", (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    navigator.clipboard.writeText(link.href).then(() => history.replaceState(null, "", link.href));
  });
}

for (const label of document.querySelectorAll("label[data-fills]")) {
  const area = document.getElementById(label.dataset.fills);
  const chooser = label.querySelector("input[type=file]");
  label.hidden = false;
  chooser.addEventListener("change", async () => {
    if (chooser.files.length) area.value = await chooser.files[0].text();
  });
}
