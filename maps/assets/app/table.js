// Every area in one table, in step with the map: for whoever does not read maps, for print, and to compare.

const AT_FIRST = 150;
const table = { rows: [], shown: [], isWhole: false, columns: [] };

function wireTable() {
  table.columns = [
    { key: "name", value: (row) => page.data.areas.names[row.area] },
    { key: "state", value: (row) => (row.state === NO_RESIDENTS ? -1e6 : row.state * 1000 - row.depth) },
    { key: "depth", value: (row) => row.depth },
    { key: "hours", value: (row) => row.hours },
  ];
  if (page.data.areas.residents) table.columns.push({ key: "residents", value: (row) => page.data.areas.residents[row.area] });
  if (page.data.calls) table.columns.push({ key: "calls", value: (row) => callsOf(page.state.need, row.area) });
  fillIn(byId("areas-head"), table.columns.map(({ key }) => {
    const button = makeButton("sort", "", () => sortBy(key));
    return make("th", { scope: "col", role: "columnheader", class: `col-${key}`, "data-key": key }, button);
  }));
  table.rows = page.data.areas.ids.map((_, area) => tableRow(area));
  byId("areas-more").addEventListener("click", () => { table.isWhole = true; orderRows(); });
  page.parts.push(renderTable);
}

function tableRow(area) {
  const button = makeButton("name", page.data.areas.names[area], () => { update({ area, organization: null }); announceArea(); });
  const picture = makeSvg("rect", { x: 0.5, y: 0.5, width: 21, height: 15, rx: 3, class: "swatch" });
  const svg = makeSvg("svg", { width: 22, height: 16, viewBox: "0 0 22 16", "aria-hidden": "true", focusable: "false" }, picture);
  const text = document.createTextNode(""), cells = table.columns.map(({ key }) => make("td", { role: "cell", class: `col-${key}` }));
  cells[0] = make("th", { scope: "row", role: "rowheader", class: "col-name" }, button);
  cells[1].append(svg, text);
  return { area, element: make("tr", { role: "row" }, cells), cells, picture, text, state: 0, depth: 0, hours: 0, fill: "" };
}

function sortBy(key) {
  const [now, way] = page.state.sort.split(" ");
  const first = key === "name" ? "up" : "down";
  update({ sort: `${key} ${now !== key ? first : way === "up" ? "down" : "up"}` });
}

function renderTable(state, changed) {
  if (!touches(changed, "need", "slot", "language", "sort", "area", "view")) return;
  const openView = VIEWS.open, isFresh = changed.has("language") || changed.has("need");
  for (const row of table.rows) {
    if (changed.has("need") || changed.has("slot") || isFresh) {
      row.state = page.cube.state(state.need, row.area, state.slot);
      row.depth = page.cube.depth(state.need, row.area, state.slot);
      const key = openView.classOf(row.area, state);
      if (row.fill !== key || isFresh) {
        row.fill = key;
        row.picture.setAttribute("fill", fillOf(openView, key));
        row.text.data = say(`table.state.${key === "two" || key === "three" ? "one" : key}`);
      }
      setText(row.cells[2], row.state === NO_RESIDENTS ? "–" : String(row.depth));
    }
    if (isFresh) {
      row.hours = page.cube.hasResidents(row.area) ? page.cube.hoursOf(state.need, row.area, NOBODY) : -1;
      const unknown = row.hours < 0 ? 0 : page.cube.hoursOf(state.need, row.area, NOT_KNOWN);
      setText(row.cells[3], row.hours < 0 ? "–" : formatNumber(row.hours, 1) + (unknown ? ` ${say("table.unknown", { hours: formatNumber(unknown, 1) })}` : ""));
      table.columns.slice(4).forEach(({ key }, at) => {
        const calls = callsOf(state.need, row.area);
        setText(row.cells[4 + at], key === "calls" ? (calls < 0 ? "…" : formatNumber(calls)) : aboutPeople(page.data.areas.residents[row.area]));
      });
    }
    if (changed.has("area") || isFresh) row.element.classList.toggle("is-chosen", row.area === state.area);
  }
  const [key] = state.sort.split(" ");
  if (isFresh || changed.has("sort") || (changed.has("slot") && (key === "state" || key === "depth"))) orderRows();
  if (isFresh || changed.has("slot")) {
    setText(byId("areas-caption"), say("table.caption", { need: needLabel(state.need), time: timeText(minuteOf(state)) }));
    setText(byId("print-head"), `${page.data.city.name} · ${byId("areas-caption").textContent} · ${byId("as-of").textContent}`);
  }
  if (changed.has("language")) nameColumns();
  if (changed.has("sort") || changed.has("language")) markSorted(state.sort);
}

function nameColumns() {
  [...byId("areas-head").children].forEach((cell) => setText(cell.firstChild, say(columnWords(cell.dataset.key), commonWords())));
  for (const row of table.rows) row.cells.forEach((cell, at) => cell.setAttribute("data-label", say(columnWords(table.columns[at].key), commonWords())));
}

function columnWords(key) {
  return key === "calls" ? "calls.column" : `table.${key}`;
}

function markSorted(sort) {
  const [key, way] = sort.split(" ");
  for (const cell of byId("areas-head").children) {
    if (cell.dataset.key === key) cell.setAttribute("aria-sort", way === "up" ? "ascending" : "descending");
    else cell.removeAttribute("aria-sort");
  }
}

function orderRows() {
  const [key, way] = page.state.sort.split(" "), { value } = table.columns.find((column) => column.key === key), sign = way === "up" ? 1 : -1;
  const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, words.language) : a - b);
  const ordered = [...table.rows].sort((a, b) => sign * compare(value(a), value(b)) || a.area - b.area);
  const shown = table.isWhole ? ordered : ordered.slice(0, AT_FIRST);
  if (shown.some((row, at) => table.shown[at] !== row) || shown.length !== table.shown.length) {
    byId("areas-body").replaceChildren(...shown.map((row) => row.element));
    table.shown = shown;
  }
  byId("areas-more").hidden = shown.length === ordered.length;
  setText(byId("areas-more"), say("table.more", { n: formatNumber(ordered.length) }));
}
