// What to show: the need, the view, a place or organization by name, the language; and the page's fixed words.

function wireControls() {
  const { data } = page;
  byId("need").addEventListener("change", (event) => update({ need: Number(event.target.value) }));
  fillIn(byId("views"), page.views.map((view) => viewChoice(view)));
  fillIn(byId("languages"), data.languages.map((language) => make(
    "button", { type: "button", lang: language, on: { click: () => update({ language }) } }, say(`language.own.${language}`),
  )));
  byId("languages").hidden = data.languages.length < 2;
  byId("print").addEventListener("click", () => window.print());
  wireSearch();
  page.parts.push(renderControls);
}

function viewChoice(view) {
  const input = make("input", { type: "radio", name: "view", id: `view-${view.key}`, value: view.key });
  input.addEventListener("change", () => update({ view: view.key }));
  return make("div", { class: "choice" }, input, make("label", { for: `view-${view.key}` }));
}

function renderControls(state, changed) {
  if (changed.has("language")) applyWords(state.language);
  if (changed.has("need")) byId("need").value = String(state.need);
  if (changed.has("view")) byId(`view-${state.view}`).checked = true;
  if (changed.has("view") || changed.has("language") || changed.has("need")) renderLegend(state);
  if (touches(changed, "view", "need", "slot", "language")) setText(byId("map-title"), currentView().title(state));
}

// Every fixed word of the page in the chosen language, as page/static.py wrote it in the city's own.
function applyWords(language) {
  const { data } = page;
  words.language = language;
  document.documentElement.lang = language;
  const common = commonWords();
  for (const element of document.querySelectorAll("[data-t]")) setText(element, say(element.dataset.t, common));
  for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", say(element.dataset.tLabel, common));
  for (const element of document.querySelectorAll("[data-note]")) setText(element, inLanguage(data.goal.notes[element.dataset.note]));
  document.title = say("page.title", common);
  setText(byId("emergency"), data.city.emergency[language]);
  setText(byId("as-of"), `${say("page.as_of", { date: dateText(data.city.as_of) })} · ${heardText("page.heard")}`);
  for (const button of byId("languages").children) button.setAttribute("aria-pressed", String(button.lang === language));
  for (const view of page.views) setText(byId("views").querySelector(`label[for=view-${view.key}]`), say(`view.${view.key}`));
  const order = data.needs.map((_, need) => need);
  fillIn(byId("need"), order.map((need) => make("option", { value: String(need) }, needLabel(need))));
  byId("need").value = String(page.state.need);
}

function commonWords() {
  const { city, goal } = page.data;
  return { city: city.name, place: wordFor("one"), places: wordFor("many"), emergency: city.emergency[words.language], ...(goal && goal.words) };
}

function renderLegend(state) {
  const view = currentView(), minimum = page.data.needs[state.need].minimum;
  fillIn(byId("legend"), view.classes.map((entry) => make("li", {}, swatch(view, entry.key), inLanguage(entry.label))));
  setText(byId("legend-note"), say(`view.${view.key}.about`, commonWords()) + (minimum > 1 ? ` ${say("legend.minimum", { n: minimum })}` : ""));
}

function swatch(view, key) {
  const rect = makeSvg("rect", { x: 0.5, y: 0.5, width: 21, height: 15, rx: 3, class: "swatch", fill: fillOf(view, key) });
  return makeSvg("svg", { width: 22, height: 16, viewBox: "0 0 22 16", "aria-hidden": "true", focusable: "false" }, rect);
}

// ------------------------------------------------------------------------------------------------------------------------------- search

const search = { found: [], at: -1 };

function wireSearch() {
  const box = byId("search");
  box.addEventListener("input", () => showFound(findNames(box.value)));
  box.addEventListener("blur", () => setTimeout(() => showFound([]), 150));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!search.found.length) showFound(findNames(box.value));
      moveInFound(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && search.found.length) choose(search.found[Math.max(search.at, 0)]);
    else if (event.key === "Escape") showFound([]);
    else return;
    event.preventDefault();
  });
}

function fold(text) {
  return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

function findNames(text) {
  const wanted = fold(text.trim());
  if (!wanted) return [];
  const { areas, organizations } = page.data, found = [];
  areas.names.forEach((name, row) => { if (fold(name).includes(wanted)) found.push({ kind: "area", row, name }); });
  organizations.names.forEach((name, row) => { if (name && fold(name).includes(wanted)) found.push({ kind: "organization", row, name }); });
  const begins = (entry) => (fold(entry.name).startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b)).slice(0, 8);
}

function showFound(found) {
  const box = byId("search"), list = byId("found");
  search.found = found;
  search.at = -1;
  fillIn(list, found.map((entry, row) => {
    const kind = entry.kind === "area" ? wordFor("title_one") : say("search.organization");
    const item = make("li", { id: `found-${row}`, role: "option", "aria-selected": "false" }, entry.name, " ", make("span", { class: "kind" }, kind));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(entry); });
    return item;
  }));
  list.hidden = !found.length;
  box.setAttribute("aria-expanded", String(found.length > 0));
  box.removeAttribute("aria-activedescendant");
  if (box.value.trim() && !found.length && document.activeElement === box) announce(say("search.none"));
}

function moveInFound(step) {
  const items = [...byId("found").children];
  if (!items.length) return;
  search.at = (search.at + step + items.length) % items.length;
  items.forEach((item, row) => item.setAttribute("aria-selected", String(row === search.at)));
  byId("search").setAttribute("aria-activedescendant", items[search.at].id);
  items[search.at].scrollIntoView({ block: "nearest" });
}

function choose({ kind, row, name }) {
  byId("search").value = name;
  showFound([]);
  update(kind === "area" ? { area: row, organization: null } : { organization: row });
  byId("place").scrollIntoView({ block: "nearest" });
  announceArea();
}

// ------------------------------------------------------------------------------------------------------------------------ said aloud, once

let announceTimer = 0;

function announce(text) {
  clearTimeout(announceTimer);
  announceTimer = setTimeout(() => setText(byId("announce"), text), 350);
}

function announceArea() {
  const { area } = page.state;
  if (area !== null) announce(`${page.data.areas.names[area]}. ${stateSentence(page.state)}`);
}
