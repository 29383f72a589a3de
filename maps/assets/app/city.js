// The whole city in sentences: how many areas have nobody at this hour, and beside every gap what is there.

function wireCity() {
  page.parts.push(renderCity);
}

function countStates(state) {
  const count = [0, 0, 0, 0];
  let people = 0;
  for (let area = 0; area < page.data.nAreas; area++) {
    const at = page.cube.state(state.need, area, state.slot);
    count[at]++;
    if (at === NOBODY && page.data.areas.residents) people += page.data.areas.residents[area];
  }
  return { count, people, total: page.data.nAreas - count[NO_RESIDENTS] };
}

function headline({ count, total }, state) {
  const values = { ...commonWords(), ...needWords(state.need), n: count[NOBODY], covered: count[COVERED], unknown: count[NOT_KNOWN], total };
  if (count[NOT_KNOWN] === total) return say("city.all_unknown", values);
  if (count[COVERED] === total) return say("city.all_covered", values);
  if (!count[NOBODY]) return say("city.covered", values);
  if (count[NOBODY] === total) return say("city.all_nobody", values);
  return say(total - count[NOBODY] > 0 && count[NOBODY] === 1 ? "city.one_nobody" : "city.nobody", values);
}

function stateSentence(state) {
  const label = { 0: "state.covered", 1: "state.not_known", 2: "state.nobody", 3: "state.no_residents" }[page.cube.state(state.need, state.area, state.slot)];
  return say(label, { n: page.cube.depth(state.need, state.area, state.slot), ...needWords(state.need), time: timeText(minuteOf(state)) });
}

function renderCity(state, changed) {
  if (!touches(changed, "need", "slot", "language")) return;
  const counted = countStates(state), { count, people, total } = counted, hasGap = count[NOBODY] + count[NOT_KNOWN] > 0;
  setText(byId("city-time"), timeText(minuteOf(state)));
  setText(byId("headline"), headline(counted, state));
  byId("headline").className = `headline ${count[NOBODY] ? "has-gap" : count[NOT_KNOWN] ? "has-unknown" : "is-covered"}`;
  drawCounts(count, total);
  const notes = [];
  if (count[NOBODY] && count[NOT_KNOWN]) notes.push(say("city.also_unknown", { ...commonWords(), n: count[NOT_KNOWN] }));
  if (count[NOBODY] && page.data.areas.residents) notes.push(say("city.people", { people: aboutPeople(people), ...commonWords() }));
  notes.push(callsSentence(state.need, page.data.nAreas), cityCallsText(state));
  setText(byId("city-notes"), notes.filter(Boolean).map(upperFirst).join(" "));
  byId("not-alone").hidden = !hasGap;
  setText(byId("not-alone-words"), say("nobody.means", { emergency: page.data.city.emergency[words.language] }));
  renderCityAssets(state, count);
  if (changed.has("need") || changed.has("language")) renderHeard(state);
}

// Calls a year about a need that others could answer, with no one known to be on duty: -1 is too few to show. The city stands last.
function callsOf(need, area) {
  const calls = page.data.calls && page.data.calls[need];
  return calls ? calls[area] : 0;
}

function callsSentence(need, area) {
  const n = callsOf(need, area);
  return n ? say(n < 0 ? "calls.few" : "calls.about", { n: formatNumber(n) }) : "";
}

// A bar of the inhabited areas: covered, not known, nobody.
function drawCounts(count, total) {
  const mark = count.join(" ");
  if (byId("counts").filledWith === mark) return;
  byId("counts").filledWith = mark;
  let from = 0;
  const part = (n, key) => {
    const rect = makeSvg("rect", { x: from, y: 0, width: (100 * n) / (total || 1), height: 10, class: `bar is-${key}` });
    from += (100 * n) / (total || 1);
    return rect;
  };
  byId("counts").replaceChildren(part(count[COVERED], "two"), part(count[NOT_KNOWN], "not_known"), part(count[NOBODY], "nobody"));
}

function renderCityAssets(state, count) {
  const { data } = page, known = new Set(data.answersKnown[state.need]);
  const there = data.answersKnown[state.need].filter((delivery) => isThere(data.known[delivery], state.slot));
  const items = [];
  if (there.length) {
    const names = [...new Set(there.map((delivery) => organizationName(data.deliveries.organization[delivery])))];
    items.push(say("assets.on_duty", { n: names.length, names: listText(names) }));
  } else {
    let soonest = null;
    for (const delivery of known) {
      const opens = nextOpening(data.known[delivery], state.slot);
      if (opens !== null && (soonest === null || opens < soonest.opens)) soonest = { delivery, opens };
    }
    if (soonest) items.push(say("assets.next", { time: timeText(soonest.opens), name: organizationName(data.deliveries.organization[soonest.delivery]) }));
    else items.push(say("assets.none_for_need"));
  }
  const perhaps = data.answersPossible[state.need].filter((delivery) => isThere(data.possible[delivery], state.slot) && !there.includes(delivery));
  if (perhaps.length && count[NOT_KNOWN]) {
    const names = [...new Set(perhaps.map((delivery) => organizationName(data.deliveries.organization[delivery])))];
    items.push(say("assets.perhaps", { n: names.length, names: listText(names) }));
  }
  items.push(say("assets.anything", { n: onDutyForAnything(state.slot).length }));
  fillWhenNew(byId("city-assets"), items.join("\n"), () => items.map((text) => make("li", {}, text)));
}

function renderHeard(state) {
  const silent = silentOn(state.need);
  const text = [heardText("heard.answered")];
  if (silent.length) text.push(say("heard.could_change", { n: silent.length, names: listText(silent, 4) }));
  else if (answeredOfAsked().total) text.push(say("heard.none_could_change"));
  setText(byId("heard"), text.join(" "));
}
