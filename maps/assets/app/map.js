// Paints the city: one path per area on the Leaflet map, names where they fit, the outline of what is chosen, places of organizations.
// The map is one tab stop; arrow keys go from area to area.

const BORDER = { not_known: "#a08a4c" };
const city = { map: null, layers: [], fills: [], names: [], outline: null, served: null, points: null, moved: false, links: [] };

function drawMap() {
  const { data } = page, map = window.map_city;
  city.map = map;
  map.createPane("names").classList.add("pane-names");
  map.createPane("points").classList.add("pane-points");
  city.bounds = L.latLngBounds(data.shapes.flat(2));
  fitCity();
  const style = { color: "#ffffff", weight: 1.2, fillOpacity: 1, fillColor: "#ffffff", smoothFactor: 0, className: "area" };
  city.layers = data.shapes.map((shape, area) => {
    const layer = L.polygon(shape, style).addTo(map);
    layer.on("click", () => update({ area, organization: null }));
    layer.on("mouseover", () => showReadout(area));
    layer.on("mouseout", () => showReadout(null));
    return layer;
  });
  city.served = L.layerGroup().addTo(map);
  city.outline = L.layerGroup().addTo(map);
  city.points = L.layerGroup();
  city.links = arrowLinks(data.centers.map((center) => center.at));
  drawNames();
  wireMap(map);
  page.parts.push(paintMap);
  paintMap(page.state, new Set(KEYS));
  fitNames();
}

function fitCity() {
  if (!city.map.getContainer().offsetWidth) return;
  city.map.invalidateSize({ animate: false, pan: false });
  city.map.setMinZoom(0);
  city.map.fitBounds(city.bounds, { padding: [14, 14], animate: false });
  city.fitted = city.map.getZoom();
  city.map.setMinZoom(city.fitted - 0.5);
  city.map.setMaxBounds(city.bounds.pad(0.6));
}

function wireMap(map) {
  const box = map.getContainer(), across = city.bounds.getEast() - city.bounds.getWest(), up = city.bounds.getNorth() - city.bounds.getSouth();
  box.style.setProperty("--aspect", String((across * Math.cos((city.bounds.getCenter().lat * Math.PI) / 180)) / up));
  box.setAttribute("tabindex", "0");
  box.setAttribute("role", "application");
  box.setAttribute("aria-describedby", "map-keys");
  for (const pane of map.getPane("overlayPane").querySelectorAll("svg")) pane.setAttribute("aria-hidden", "true");
  map.getPane("overlayPane").setAttribute("aria-hidden", "true");
  map.on("dragstart", () => { city.moved = true; });
  // one finger scrolls the page past the whole city, and moves the map once it is larger than its frame
  if (L.Browser.mobile) map.on("zoomend", () => (map.getZoom() > city.fitted + 0.2 ? map.dragging.enable() : map.dragging.disable()));
  map.on("zoomend resize", fitNames);
  box.addEventListener("keydown", mapKey);
  box.addEventListener("focus", () => map.scrollWheelZoom.enable());
  box.addEventListener("blur", () => map.scrollWheelZoom.disable());
  byId("zoom-in").addEventListener("click", () => zoomBy(0.75));
  byId("zoom-out").addEventListener("click", () => zoomBy(-0.75));
  byId("zoom-fit").addEventListener("click", () => { city.moved = false; fitCity(); });
  new ResizeObserver(() => (city.moved ? map.invalidateSize({ animate: false }) : fitCity())).observe(box);
}

function zoomBy(step) {
  city.moved = true;
  city.map.setZoom(city.map.getZoom() + step, { animate: false });
}

function mapKey(event) {
  const { state } = page, direction = { ArrowUp: 0, ArrowRight: 1, ArrowDown: 2, ArrowLeft: 3 }[event.key];
  const last = page.data.nAreas - 1;
  if (direction !== undefined) {
    const from = state.area === null ? null : city.links[state.area][direction];
    update({ area: state.area === null ? middleArea() : from === null ? state.area : from, organization: null });
  } else if (event.key === "Home" || event.key === "End") update({ area: event.key === "Home" ? 0 : last, organization: null });
  else if (event.key === "+" || event.key === "=") zoomBy(0.75);
  else if (event.key === "-") zoomBy(-0.75);
  else if (event.key === "Escape") update({ area: null, organization: null });
  else return;
  event.preventDefault();
  keepInSight();
  announceArea();
}

function middleArea() {
  const middle = city.bounds.getCenter();
  let best = 0;
  page.data.centers.forEach((center, area) => {
    if (middle.distanceTo(center.at) < middle.distanceTo(page.data.centers[best].at)) best = area;
  });
  return best;
}

function keepInSight() {
  const { area } = page.state;
  if (area !== null && !city.map.getBounds().contains(page.data.centers[area].at)) city.map.panTo(page.data.centers[area].at, { animate: false });
}

// Per area the next one up, right, down, left: the nearest within 45 degrees of that way. Whoever cannot be reached so from the first area
// is linked from the nearest that can, so that the arrows lead everywhere.
function arrowLinks(points) {
  const scale = Math.cos((points[0][0] * Math.PI) / 180);
  const offset = (from, to) => [(points[to][1] - points[from][1]) * scale, points[to][0] - points[from][0]];
  const way = ([x, y]) => (Math.abs(y) >= Math.abs(x) ? (y > 0 ? 0 : 2) : x > 0 ? 1 : 3);
  const links = points.map((_, from) => {
    const best = [null, null, null, null], least = [Infinity, Infinity, Infinity, Infinity];
    points.forEach((__, to) => {
      if (to === from) return;
      const step = offset(from, to), direction = way(step), length = Math.hypot(...step);
      if (length < least[direction]) [best[direction], least[direction]] = [to, length];
    });
    return best;
  });
  for (let tries = 0; tries < points.length; tries++) {
    const reached = reachable(links), lost = points.findIndex((_, area) => !reached.has(area));
    if (lost < 0) break;
    const near = [...reached].sort((a, b) => Math.hypot(...offset(a, lost)) - Math.hypot(...offset(b, lost)));
    for (const from of near) {
      const direction = way(offset(from, lost)), before = links[from][direction];
      links[from][direction] = lost;
      if (reachable(links).size > reached.size) break;
      links[from][direction] = before;
    }
  }
  return links;
}

function reachable(links) {
  const seen = new Set([0]), open = [0];
  while (open.length) {
    for (const next of links[open.pop()]) {
      if (next !== null && !seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return seen;
}

// ---------------------------------------------------------------------------------------------------------------------------- painting

function paintMap(state, changed) {
  const view = currentView();
  const byHour = view.dependsOnHour || !changed.has("slot") || changed.size > 1;
  if (byHour) {
    page.data.areas.ids.forEach((_, area) => {
      const key = view.classOf(area, state);
      if (city.fills[area] === key) return;
      city.fills[area] = key;
      const path = city.layers[area].getElement();
      path.setAttribute("fill", fillOf(view, key));
      path.setAttribute("stroke", BORDER[key] || "#ffffff");
      if (BORDER[key]) city.layers[area].bringToFront();
      if (city.names[area]) city.names[area].className = `area-name leaflet-marker-icon is-${key}`;
    });
  }
  if (changed.has("area")) outlineArea(state.area);
  if (changed.has("organization")) outlineServed(state.organization);
  if (touches(changed, "view", "need", "organization")) drawPoints(state, view);
  if (changed.has("language")) city.map.getContainer().setAttribute("aria-label", say("map.label"));
}

function fillOf(view, key) {
  const entry = view.classes.find((one) => one.key === key);
  return entry.pattern ? `url(#pattern-${entry.key})` : entry.color;
}

function outlineArea(area) {
  city.outline.clearLayers();
  if (area === null) return;
  const shape = page.data.shapes[area];
  L.polygon(shape, { color: "#10202f", weight: 7, fill: false, interactive: false, smoothFactor: 0 }).addTo(city.outline);
  L.polygon(shape, { color: "#ffc928", weight: 3.5, fill: false, interactive: false, smoothFactor: 0 }).addTo(city.outline);
}

// The areas that an organization serves, known or possibly, get a dashed border; the others step back.
function outlineServed(organization) {
  city.served.clearLayers();
  const served = organization === null ? null : areasServed(organization);
  city.layers.forEach((layer, area) => {
    layer.getElement().classList.toggle("is-dim", served !== null && !served.has(area));
    if (served !== null && served.has(area)) {
      const style = { color: "#10202f", weight: 2.5, dashArray: "6 5", fill: false, interactive: false, smoothFactor: 0 };
      L.polygon(page.data.shapes[area], style).addTo(city.served);
    }
  });
}

function drawPoints(state, view) {
  city.points.clearLayers();
  const { deliveries } = page.data;
  const wanted = state.organization !== null || view.key === "assets";
  if (!wanted) {
    city.points.remove();
    return;
  }
  const answering = new Set([...page.data.answersPossible[state.need], ...page.data.supports[state.need]]);
  deliveries.point.forEach((point, delivery) => {
    if (!point) return;
    const mine = state.organization === null ? answering.has(delivery) : deliveries.organization[delivery] === state.organization;
    if (!mine) return;
    const style = { pane: "points", radius: 7, color: "#10202f", weight: 2, fillColor: "#ffc928", fillOpacity: 1, bubblingMouseEvents: false };
    const dot = L.circleMarker([point[1] / 1e5, point[0] / 1e5], style).addTo(city.points);
    dot.on("click", () => update({ organization: deliveries.organization[delivery] }));
    dot.on("mouseover", () => setText(byId("readout"), page.data.organizations.names[deliveries.organization[delivery]]));
    dot.on("mouseout", () => showReadout(null));
  });
  city.points.addTo(city.map);
}

function showReadout(area) {
  const readout = byId("readout");
  if (area === null) {
    setText(readout, "");
    return;
  }
  const view = currentView(), key = view.classOf(area, page.state);
  setText(readout, `${page.data.areas.names[area]}: ${inLanguage(view.classes.find((entry) => entry.key === key).label)}`);
}

// ------------------------------------------------------------------------------------------------------------------------------- names

function drawNames() {
  if (page.data.nAreas > 400) return;
  const NameIcon = L.Icon.extend({
    createIcon() {
      return make("div", { class: "area-name leaflet-marker-icon" }, make("span", {}, this.options.text));
    },
    createShadow() {
      return null;
    },
  });
  page.data.centers.forEach((center, area) => {
    const icon = new NameIcon({ text: page.data.areas.names[area] });
    const marker = L.marker(center.at, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(city.map);
    city.names[area] = marker.getElement();
    city.names[area].setAttribute("aria-hidden", "true");
  });
}

// A name stands in lines inside its area, where it is not wider than that and meets no name of a larger one.
function fitNames() {
  const map = city.map, ruler = (fitNames.ruler ||= document.createElement("canvas").getContext("2d")), taken = [];
  ruler.font = `650 12px ${getComputedStyle(document.body).fontFamily}`;
  const width = (text) => ruler.measureText(text).width;
  const order = city.names.map((_, area) => area).sort((a, b) => page.data.centers[b].radius - page.data.centers[a].radius || a - b);
  for (const area of order) {
    const { at, radius } = page.data.centers[area], element = city.names[area], middle = map.latLngToLayerPoint(at);
    const reach = map.latLngToLayerPoint(L.latLng(at).toBounds(2 * radius).getNorthEast()).x - middle.x;
    const lines = brokenLines(page.data.areas.names[area].slice(0, 60).split(/\s+/), 2.3 * reach, width);
    const half = Math.max(...lines.map(width)) / 2 + 2, high = lines.length * 6.5 + 1;
    const box = [middle.x - half, middle.y - high, middle.x + half, middle.y + high];
    const meets = taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
    element.hidden = meets || half > 1.25 * reach || high > reach;
    if (element.hidden) continue;
    taken.push(box);
    element.style.width = `${Math.ceil(2 * half)}px`;
    element.style.marginLeft = `${-Math.ceil(half)}px`;
  }
}

function brokenLines(words, most, width) {
  const lines = [words[0]];
  for (const word of words.slice(1)) {
    const longer = `${lines[lines.length - 1]} ${word}`;
    if (width(longer) <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
