// The week of the chosen area as a table of 7 days and 24 hours: one tab stop, arrow keys move, Enter goes to the hour.

const heatmap = { cells: [], focus: 0, marked: -1 };

function wireHeatmap() {
  const head = byId("heat-hours"), body = byId("heat-days");
  for (let hour = 0; hour < 24; hour++) head.append(make("th", { scope: "col", role: "columnheader" }, String(hour)));
  for (let day = 0; day < 7; day++) {
    const row = make("tr", { role: "row" }, make("th", { scope: "row", role: "rowheader" }));
    for (let hour = 0; hour < 24; hour++) {
      const cell = make("td", { role: "gridcell", tabindex: heatmap.cells.length ? "-1" : "0", "data-hour": String(day * 24 + hour) });
      heatmap.cells.push(cell);
      row.append(cell);
    }
    body.append(row);
  }
  body.addEventListener("click", (event) => goToHour(event.target.closest("td")));
  body.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 24, ArrowUp: -24, Home: -(heatmap.focus % 24), End: 23 - (heatmap.focus % 24) }[event.key];
    if (event.key === "Enter" || event.key === " ") goToHour(heatmap.cells[heatmap.focus]);
    else if (step !== undefined) moveFocus((heatmap.focus + step + 168) % 168, true);
    else return;
    event.preventDefault();
  });
}

function goToHour(cell) {
  if (!cell) return;
  moveFocus(Number(cell.dataset.hour), true);
  update({ slot: slotOfMinute(Number(cell.dataset.hour) * 60) });
}

function moveFocus(hour, takesFocus) {
  heatmap.cells[heatmap.focus].setAttribute("tabindex", "-1");
  heatmap.focus = hour;
  heatmap.cells[hour].setAttribute("tabindex", "0");
  if (takesFocus) heatmap.cells[hour].focus();
}

// What an hour is: open, partly open, nobody or not known, from its slots.
function hourOf({ need, area }, hour) {
  const perHour = Math.max(1, 60 / page.data.slot_minutes), states = [], depths = [];
  for (let at = 0; at < perHour; at++) {
    const slot = slotOfMinute(hour * 60) + at;
    states.push(page.cube.state(need, area, slot));
    depths.push(page.cube.depth(need, area, slot));
  }
  const open = states.filter((state) => state === COVERED).length;
  if (states[0] === NO_RESIDENTS) return { key: "no_residents", text: "" };
  if (open === perHour) {
    const depth = Math.min(...depths);
    return { key: depth <= 1 ? "one" : depth === 2 ? "two" : "three", text: String(depth), depth };
  }
  if (open) return { key: "partly", text: "½" };
  return states.every((state) => state === NOBODY) ? { key: "nobody", text: "0" } : { key: "not_known", text: "?" };
}

function drawHeatmap(state) {
  setText(byId("heat-caption"), say("heat.caption", { area: page.data.areas.names[state.area], need: needLabel(state.need) }));
  [...byId("heat-days").rows].forEach((row, day) => setText(row.cells[0], dayShort(day)));
  const bars = barsOf(state);
  setText(byId("bars-note"), bars ? bars.note : "");
  heatmap.cells.forEach((cell, hour) => {
    const { key, text, depth } = hourOf(state, hour), said = `${timeText(hour * 60)}: ${say(`hour.${key}`, { n: depth })}`;
    setText(cell, text);
    cell.className = `heat is-${key}${bars && bars.shares[hour] ? " has-calls" : ""}`;
    if (bars) cell.style.setProperty("--calls", bars.shares[hour]);
    cell.setAttribute("aria-label", bars ? `${said}. ${bars.label(hour)}` : said);
  });
  heatmap.marked = -1;
}

function markHour(state) {
  const hour = Math.floor(minuteOf(state) / 60);
  if (heatmap.marked >= 0) heatmap.cells[heatmap.marked].removeAttribute("aria-selected");
  heatmap.cells[hour].setAttribute("aria-selected", "true");
  heatmap.marked = hour;
  if (document.activeElement !== heatmap.cells[heatmap.focus]) moveFocus(hour, false);
}
