// The calls beside who is on duty: how many a year others could answer, in parts of the week as fine as their number allows.
// The week of an area whose calls are too few for that shows bars of the whole city, and says so.

const WEEK_CUT = CUT_SIZES.length - 1;

function wireDemand() {
  if (page.data.goal) page.parts.push(renderDemand);
}

// The week of calls about a need in an area, or in the city.
function weekOf(need, area = null) {
  const places = page.data.weeks && page.data.weeks[need];
  return places ? places[area === null ? page.data.nAreas : area] : null;
}

// The week of an area where it can be cut, else the city's.
function weekNear(need, area) {
  const own = weekOf(need, area);
  return own && own.cut === WEEK_CUT ? { week: weekOf(need), isCity: true } : { week: own, isCity: false };
}

function partOf(cut, hour) {
  const weekend = hour < 120 ? 0 : 1, ofDay = hour % 24;
  return [hour, 24 * weekend + ofDay, 6 * weekend + (ofDay >> 2), 2 * weekend + (ofDay < 8 || ofDay > 19 ? 1 : 0), 0][cut];
}

function hoursInPart(cut, hour) {
  return [1, 1, 4, 12][cut] * (cut ? (hour < 120 ? 5 : 2) : 1);
}

// "Saturday and Sunday 20:00–08:00": the part of the week in which an hour stands.
function partText(cut, hour) {
  if (cut === WEEK_CUT) return say("week.whole");
  const ofDay = hour % 24, isNight = ofDay < 8 || ofDay > 19;
  const first = [ofDay, ofDay, ofDay & ~3, isNight ? 20 : 8][cut], last = (first + [1, 1, 4, 12][cut]) % 24;
  const days = cut ? say(hour < 120 ? "calls.weekdays" : "calls.weekend") : dayName(Math.floor(hour / 24));
  return `${days} ${clockText(first * 60)}–${last ? clockText(last * 60) : "24:00"}`;
}

// How many calls come in the part of the week around an hour, and for how many of them no one is on duty.
function callsAt({ cut, parts }, hour, isCity) {
  const { calls, nobody, unknown } = parts[partOf(cut, hour)], span = partText(cut, hour);
  const where = upperFirst(isCity ? say("calls.city", { span }) : span);
  if (calls <= 0) return say(calls ? "calls.at.few" : "calls.at.none", { where });
  const said = [say("calls.at", { where, n: formatNumber(calls) })];
  if (nobody > 0) said.push(nobody >= calls ? say("calls.at.all_nobody") : say("calls.at.nobody", { n: formatNumber(nobody) }));
  if (unknown > 0) said.push(unknown >= calls ? say("calls.at.all_not_known") : say("calls.at.not_known", { n: formatNumber(unknown) }));
  return said.join(" ");
}

function hourOfState(state) {
  return Math.floor(minuteOf(state) / 60);
}

function areaCallsText(state) {
  const week = weekOf(state.need, state.area);
  return week ? [callsAt(week, hourOfState(state), false), say("calls.caveat")].join(" ") : "";
}

function cityCallsText(state) {
  const week = weekOf(state.need);
  return week ? [callsAt(week, hourOfState(state), true), say("calls.caveat")].join(" ") : "";
}

// Calls a year in each of the 168 hours: a part's calls spread over its hours; null where there are too few to show.
function callsByHour({ cut, parts }) {
  return Array.from({ length: 168 }, (_, hour) => {
    const { calls } = parts[partOf(cut, hour)];
    return calls < 0 ? null : calls / hoursInPart(cut, hour);
  });
}

// Bars in the cells of the week: how long, and what they mean.
function barsOf({ need, area }) {
  const { week, isCity } = weekNear(need, area);
  if (!week || week.cut === WEEK_CUT) return null;
  const hours = callsByHour(week), most = Math.max(...hours);
  if (!most) return null;
  return {
    shares: hours.map((calls) => calls / most),
    note: say(isCity ? "calls.bars.city" : "calls.bars.here"),
    label: (hour) => callsAt(week, hour, isCity),
  };
}

// The city's calls as a line over the week, in a picture of `width` x 100.
function demandLine(need, width) {
  const week = weekOf(need);
  if (!week || week.cut === WEEK_CUT) return null;
  const hours = callsByHour(week), most = Math.max(...hours), step = width / 168;
  if (!most) return null;
  return hours.map((calls, hour) => {
    const begins = !hour || hours[hour - 1] === null;
    return calls === null ? "" : `${begins ? "M" : "L"}${hour * step} ${96 - (90 * calls) / most}H${(hour + 1) * step}`;
  }).join("");
}

// ------------------------------------------------------------------------------------------------- under the goal, for the chosen need

function renderDemand(state, changed) {
  if (!touches(changed, "need", "language")) return;
  const week = weekOf(state.need), title = make("h3", {}, say("calls.hours", needWords(state.need)));
  if (!page.data.weeks) return;
  if (!week) {
    fillIn(byId("hours-of-calls"), title, make("p", {}, say("calls.hours.none")));
    return;
  }
  const shift = page.data.goal.shifts.find((finding) => finding.need === state.need);
  fillIn(
    byId("hours-of-calls"),
    title,
    shift ? make("p", {}, inLanguage(shift.text), " ", makeButton("small", say("finding.show"), () => update({ slot: slotOfMinute(shift.starts) }))) : null,
    make("details", {}, make("summary", {}, say("calls.hours.table")), demandTable(week)),
  );
}

function demandTable({ cut, parts }) {
  const first = [...new Set(Array.from({ length: 168 }, (_, hour) => partOf(cut, hour)))];
  const hourOfPart = first.map((part) => Array.from({ length: 168 }, (_, hour) => hour).find((hour) => partOf(cut, hour) === part));
  const number = (n) => (n < 0 ? "…" : formatNumber(n));
  const rows = hourOfPart.map((hour) => {
    const { calls, nobody, unknown } = parts[partOf(cut, hour)];
    return make("tr", {}, make("th", { scope: "row" }, upperFirst(partText(cut, hour))), [calls, nobody, unknown].map((n) => make("td", {}, number(n))));
  });
  const heads = ["when", "calls", "nobody", "not_known"].map((key) => make("th", { scope: "col" }, say(`calls.hours.${key}`)));
  return make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows));
}
