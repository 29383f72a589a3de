// One control for the hour of the week, drawn over the week itself: how many areas have nobody at each half hour.

const CHIPS = ["Tu1400", "Fr2300", "Sa0130", "Su1000", "Mo0900"];
const STEP_MS = 320;
const play = { timer: 0 };

function wireTime() {
  const slider = byId("hour"), { nSlots } = page.data, perDay = nSlots / 7;
  slider.max = String(nSlots - 1);
  slider.addEventListener("input", () => { stopPlaying(); update({ slot: Number(slider.value) }); });
  slider.addEventListener("keydown", (event) => {
    if (event.key !== "PageUp" && event.key !== "PageDown") return;
    event.preventDefault();
    stopPlaying();
    update({ slot: (page.state.slot + (event.key === "PageUp" ? perDay : nSlots - perDay)) % nSlots });
  });
  byId("now").addEventListener("click", () => { stopPlaying(); update({ slot: slotNow() }); });
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  byId("play").hidden = still.matches;
  still.addEventListener("change", () => { byId("play").hidden = still.matches; stopPlaying(); });
  byId("play").addEventListener("click", () => (play.timer ? stopPlaying() : startPlaying()));
  fillIn(byId("chips"), CHIPS.map((code) => {
    const button = makeButton("chip", "", () => { stopPlaying(); update({ slot: slotOfCode(code) }); });
    button.dataset.slot = String(slotOfCode(code));
    return make("li", {}, button);
  }));
  page.parts.push(renderTime);
}

function startPlaying() {
  play.timer = setInterval(() => update({ slot: (page.state.slot + 1) % page.data.nSlots }), STEP_MS);
  labelPlay();
}

function stopPlaying() {
  clearInterval(play.timer);
  play.timer = 0;
  labelPlay();
}

function labelPlay() {
  setText(byId("play"), say(play.timer ? "time.stop" : "time.play"));
}

function renderTime(state, changed) {
  if (changed.has("slot") || changed.has("language")) {
    const slider = byId("hour"), minute = minuteOf(state);
    slider.value = String(state.slot);
    slider.setAttribute("aria-valuetext", timeText(minute));
    setText(byId("time"), timeText(minute));
    setText(byId("spoken"), spokenTime(minute));
    for (const chip of byId("chips").querySelectorAll("button")) chip.setAttribute("aria-pressed", String(Number(chip.dataset.slot) === state.slot));
  }
  if (changed.has("language")) {
    labelPlay();
    [...byId("days").children].forEach((day, row) => setText(day, dayShort(row)));
    for (const chip of byId("chips").querySelectorAll("button")) {
      const minute = Number(chip.dataset.slot) * page.data.slot_minutes;
      setText(chip, `${dayShort(Math.floor(minute / DAY))} ${clockText(minute)}`);
    }
  }
  if (changed.has("need")) drawWeek(state.need);
  if (touches(changed, "need", "language")) setText(byId("line-note"), demandLine(state.need, 1) ? say("calls.line") : "");
}

// The shares of areas with nobody (from below) and not known (above it), one rectangle per stretch of equal counts.
function drawWeek(need) {
  const { nAreas, nSlots } = page.data, { state, nColumns, columnOf } = page.cube.slots(need);
  const counts = Array.from({ length: nColumns }, (_, column) => {
    const count = [0, 0, 0, 0];
    for (let area = 0; area < nAreas; area++) count[state[area * nColumns + column]]++;
    return count;
  });
  const shapes = [], minimumSlots = nSlots / 1000;
  let from = 0;
  for (let slot = 1; slot <= nSlots; slot++) {
    if (slot < nSlots && columnOf[slot] === columnOf[slot - 1]) continue;
    const count = counts[columnOf[slot - 1]], inhabited = count[COVERED] + count[NOT_KNOWN] + count[NOBODY] || 1;
    const width = slot - from + minimumSlots, nobody = (100 * count[NOBODY]) / inhabited, unknown = (100 * count[NOT_KNOWN]) / inhabited;
    if (nobody) shapes.push(makeSvg("rect", { x: from, y: 100 - nobody, width, height: nobody, class: "week-nobody" }));
    if (unknown) shapes.push(makeSvg("rect", { x: from, y: 100 - nobody - unknown, width, height: unknown, class: "week-unknown" }));
    from = slot;
  }
  for (let day = 1; day < 7; day++) shapes.push(makeSvg("line", { x1: (day * nSlots) / 7, x2: (day * nSlots) / 7, y1: 0, y2: 100, class: "week-day" }));
  const line = demandLine(need, nSlots);
  if (line) shapes.push(makeSvg("path", { d: line, class: "week-line-edge" }), makeSvg("path", { d: line, class: "week-line" }));
  const week = byId("week");
  week.setAttribute("viewBox", `0 0 ${nSlots} 100`);
  week.replaceChildren(...shapes);
}
