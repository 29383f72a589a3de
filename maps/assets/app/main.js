// Begins: unpacks the payload, puts the parts in place, shows the state that the address asks for.

async function begin() {
  const [data, leaflet] = await Promise.all([readPayload(), inflated("leaflet")]);
  const { classList } = document.documentElement;
  page.data = data;
  page.cube = new Cube(data);
  page.views = data.views.map((view) => Object.assign(VIEWS[view.key], view));
  for (const language of data.languages) words.of[language] = Object.fromEntries(data.words.keys.map((key, row) => [key, data.words[language][row]]));
  const first = { view: page.views[0].key, need: data.first_need, slot: null, area: null, organization: null, language: data.languages[0], sort: "name up" };
  page.state = first;
  words.language = data.languages[0];
  page.state = stateOfAddress(first);
  classList.remove("is-starting");
  classList.add("has-app");
  wireControls();
  wireTime();
  wireHeatmap();
  wireCity();
  wirePlace();
  wireTable();
  wireAsked();
  wireDemand();
  render(page.state, new Set(KEYS));
  // the map comes last, when its frame has its size: the browser lays the page out once
  runLeaflet(leaflet);
  drawMap();
  for (const element of document.querySelectorAll(".corrections")) element.hidden = !data.city.corrections;
  addEventListener("hashchange", () => update(stateOfAddress(page.state)));
  addEventListener("beforeprint", paintForPrint);
  window.ecosystemMap = { data, cube: page.cube, update, state: () => page.state };
  classList.add("is-ready");
}

// The drawing without JavaScript also serves print: it is painted with what the map shows.
function paintForPrint() {
  const view = currentView();
  for (const path of document.querySelectorAll("#drawing [data-area]")) {
    path.setAttribute("fill", fillOf(view, view.classOf(Number(path.dataset.area), page.state)));
  }
}

// Where a browser cannot do this, the page without scripts stands as it was.
begin().catch((error) => {
  document.documentElement.classList.remove("is-starting", "has-app");
  throw error;
});
