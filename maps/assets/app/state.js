// One state, one way to change it, one render. What is shown also stands in the address, so that a link opens the same page.

const VIEWS = {};
const page = { data: null, cube: null, state: null, parts: [], views: [] };
const KEYS = ["view", "need", "slot", "area", "organization", "language", "sort"];
const EPOCH_MINUTE = 3 * 1440; // the first of January 1970 was a Thursday
const DAY_CODES = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

function update(patch) {
  const before = page.state, after = { ...before, ...patch };
  const changed = new Set(KEYS.filter((key) => before[key] !== after[key]));
  if (!changed.size) return;
  page.state = after;
  render(after, changed);
  keepAddress(after);
}

function touches(changed, ...keys) {
  return keys.some((key) => changed.has(key));
}

function render(state, changed) {
  for (const part of page.parts) part(state, changed);
}

function currentView() {
  return page.views.find((view) => view.key === page.state.view);
}

// The beginning of the chosen slot in minutes after Monday 00:00.
function minuteOf(state) {
  return state.slot * page.data.slot_minutes;
}

function slotOfMinute(minute) {
  return Math.floor((((minute % WEEK) + WEEK) % WEEK) / page.data.slot_minutes);
}

// The hour it is in the city, whatever the clock of the reader says. The page knows the city's clock for some years; asking the browser takes longer
// than drawing the city.
function slotNow() {
  const { offsets, until } = page.data.city.clock, now = Date.now() / 60000, known = offsets.filter(([from]) => from <= now).pop();
  if (known && now < until) return slotOfMinute(Math.floor(now) + known[1] + EPOCH_MINUTE);
  const parts = {};
  const format = { timeZone: page.data.city.time_zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  for (const { type, value } of new Intl.DateTimeFormat("en-US", format).formatToParts(new Date())) parts[type] = value;
  const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts.weekday);
  return slotOfMinute(day * DAY + Number(parts.hour) * 60 + Number(parts.minute));
}

function timeCode(minute) {
  return DAY_CODES[Math.floor(minute / DAY)] + clockText(minute).replace(":", "");
}

function slotOfCode(code) {
  const found = /^(Mo|Tu|We|Th|Fr|Sa|Su)([01]\d|2[0-3])([0-5]\d)$/.exec(code || "");
  return found ? slotOfMinute(DAY_CODES.indexOf(found[1]) * DAY + Number(found[2]) * 60 + Number(found[3])) : null;
}

function stateOfAddress(fallback) {
  const { data } = page, asked = new URLSearchParams(location.hash.slice(1));
  const among = (name, list, otherwise) => {
    const row = list.indexOf(asked.get(name));
    return row >= 0 ? row : otherwise;
  };
  const slot = slotOfCode(asked.get("t"));
  return {
    view: page.views.some((view) => view.key === asked.get("v")) ? asked.get("v") : fallback.view,
    need: among("n", data.needs.map((need) => need.code), fallback.need),
    slot: slot ?? fallback.slot ?? slotNow(),
    area: among("a", data.areas.ids, fallback.area),
    organization: among("o", data.organizations.keys, fallback.organization),
    language: data.languages.includes(asked.get("l")) ? asked.get("l") : fallback.language,
    sort: fallback.sort,
  };
}

let addressTimer = 0;

// Written a moment later: browsers refuse an address that changes with every step of a slider.
function keepAddress(state) {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    const { data } = page;
    const shown = new URLSearchParams({ v: state.view, n: data.needs[state.need].code, t: timeCode(minuteOf(state)) });
    if (state.area !== null) shown.set("a", data.areas.ids[state.area]);
    if (state.organization !== null) shown.set("o", data.organizations.keys[state.organization]);
    if (state.language !== data.languages[0]) shown.set("l", state.language);
    history.replaceState(null, "", `#${shown}`);
  }, 250);
}
