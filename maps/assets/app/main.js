// Begins: unpacks the payload, puts the parts in place, shows the state that the address asks for.

async function begin() {
  const data = await readPayload();
  page.data = data;
  page.cube = new Cube(data);
  page.views = data.views.map((view) => Object.assign(VIEWS[view.key], view));
  for (const language of data.languages) words.of[language] = Object.fromEntries(data.words.keys.map((key, row) => [key, data.words[language][row]]));
  document.documentElement.classList.add("has-app");
  const first = { view: page.views[0].key, need: data.first_need, slot: slotNow(), area: null, organization: null, language: data.languages[0], sort: "name up" };
  page.state = first;
  words.language = data.languages[0];
  page.state = stateOfAddress(first);
  wireControls();
  wireTime();
  wireHeatmap();
  wireCity();
  wirePlace();
  wireTable();
  wireAsked();
  drawMap();
  fitCity();
  render(page.state, new Set(KEYS));
  fitNames();
  for (const element of document.querySelectorAll(".corrections")) element.hidden = !data.city.corrections;
  addEventListener("hashchange", () => update(stateOfAddress(page.state)));
  addEventListener("beforeprint", paintForPrint);
  window.ecosystemMap = { data, cube: page.cube, update, state: () => page.state };
  document.documentElement.classList.add("is-ready");
}

// The drawing without JavaScript also serves print: it is painted with what the map shows.
function paintForPrint() {
  const view = currentView();
  for (const path of document.querySelectorAll("#drawing [data-area]")) {
    path.setAttribute("fill", fillOf(view, view.classOf(Number(path.dataset.area), page.state)));
  }
}

begin();
