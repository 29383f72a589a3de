// The chosen area: its state, its week, who is on duty and how to reach them. Or the chosen organization: what it does, where and when.

function wirePlace() {
  byId("close").addEventListener("click", () => update({ area: null, organization: null }));
  page.parts.push(renderPlace);
}

function renderPlace(state, changed) {
  if (!touches(changed, "area", "organization", "need", "slot", "language")) return;
  const hasOrganization = state.organization !== null, hasArea = state.area !== null && !hasOrganization;
  byId("close").hidden = !hasArea && !hasOrganization;
  byId("week-table").hidden = !hasArea;
  byId("place-empty").hidden = hasArea || hasOrganization;
  if (hasOrganization) {
    if (changed.size !== 1 || !changed.has("slot")) renderOrganization(state);
    return;
  }
  if (!hasArea) {
    setText(byId("place-name"), say("place.none", commonWords()));
    for (const id of ["place-state", "place-hours", "place-calls"]) setText(byId(id), "");
    fillWhenNew(byId("who"), "", () => []);
    return;
  }
  setText(byId("place-name"), page.data.areas.names[state.area]);
  setText(byId("place-state"), stateSentence(state));
  byId("place-state").className = `place-state at-${["covered", "not_known", "nobody", "no_residents"][page.cube.state(state.need, state.area, state.slot)]}`;
  if (changed.has("area") || changed.has("need") || changed.has("language") || changed.has("organization")) {
    setText(byId("place-hours"), hoursSentence(state));
    drawHeatmap(state);
  }
  setText(byId("place-calls"), areaCallsText(state));
  markHour(state);
  const found = whoIsThere(state.need, state.area, state.slot), anything = onDutyForAnything(state.slot, state.area);
  found.supporting = page.data.supports[state.need].filter((delivery) => isThere(page.data.possible[delivery], state.slot) && mayServe(delivery, state.area));
  const mark = JSON.stringify([state.language, state.need, state.area, found, anything]);
  fillWhenNew(byId("who"), mark, () => whoSections(state, found, anything));
}

function hoursSentence({ need, area }) {
  if (!page.cube.hasResidents(area)) return "";
  const hours = page.cube.hoursOf(need, area, NOBODY), unknown = page.cube.hoursOf(need, area, NOT_KNOWN), parts = [];
  if (hours >= 168) parts.push(say("place.never", needWords(need)));
  else if (hours > 0) {
    const runs = page.cube.runsOf(need, area, NOBODY), longest = runs.reduce((best, run) => (run[1] - run[0] > best[1] - best[0] ? run : best));
    parts.push(say("place.hours", { hours: hoursText(hours) }), say("place.longest", { run: runText(longest), hours: hoursText((longest[1] - longest[0]) / 60) }));
  } else if (!unknown) parts.push(say("place.always"));
  if (unknown) parts.push(say("place.unknown_hours", { hours: hoursText(unknown) }));
  return parts.join(" ");
}

function whoSections({ need, area }, { there, perhaps, later, supporting }, anything) {
  const sections = [];
  const list = (entries, extra = () => ({})) => make("ul", { class: "deliveries" }, entries.map((entry) => deliveryCard(entry.delivery, extra(entry))));
  if (there.length) sections.push(make("h3", {}, say("who.there", { n: there.length })), list(there, ({ known }) => ({ share: known })));
  if (perhaps.length) sections.push(make("h3", {}, say("who.perhaps", { n: perhaps.length })), list(perhaps, ({ possible }) => ({ share: possible })));
  if (!there.length) sections.push(make("p", { class: "note" }, say("nobody.means", { emergency: page.data.city.emergency[words.language] })));
  if (later.length) sections.push(make("h3", {}, say("who.later", { n: later.length })), list(later, ({ possible, opens }) => ({ share: possible, opens })));
  if (supporting.length) {
    sections.push(make("details", {}, make("summary", {}, say("who.supporting", { n: supporting.length })), list(supporting.map((delivery) => ({ delivery })))));
  }
  if (anything.length) {
    sections.push(make("details", {}, make("summary", {}, say("who.anything", { n: anything.length })), organizationChips(anything)));
  }
  sections.push(make("p", { class: "always" }, `${say("who.baseline")} `, baselineText()));
  const silent = silentOn(need, area);
  if (silent.length) sections.push(make("p", { class: "note" }, say("heard.could_change", { n: silent.length, names: listText(silent, 4) })));
  const wrong = correctionLink(page.data.areas.ids[area], page.data.areas.names[area], say("wrong.area"));
  if (wrong) sections.push(make("p", {}, wrong));
  return sections;
}

function mayServe(delivery, area) {
  const { nCube, elsewhere, membersPossible } = page.data;
  return delivery < nCube ? page.cube.shareOf(delivery, area, membersPossible) > 0 : elsewhere[delivery - nCube].includes(area);
}

function baselineText() {
  const entries = page.data.city.baseline.map(([name, phone]) => [`${name} `, phone ? phoneLink(phone) : ""]);
  return entries.flatMap((entry, at) => (at ? ["; ", ...entry] : entry));
}

function renderOrganization(state) {
  const { data } = page, { organization } = state, deliveries = deliveriesOf(organization), areas = areasServed(organization);
  setText(byId("place-name"), upperFirst(organizationName(organization)));
  byId("place-state").className = "place-state";
  setText(byId("place-state"), sayOr(`sector.${data.organizations.sectors[organization]}`, ""));
  const where = areas.size === data.nAreas ? say("organization.everywhere", commonWords())
    : say("organization.where", { n: areas.size, areas: listText([...areas].map((area) => data.areas.names[area]), 6), ...commonWords() });
  setText(byId("place-hours"), where);
  setText(byId("place-calls"), "");
  const needs = data.needs.map((_, need) => need).filter((need) => data.answersPossible[need].some((delivery) => deliveries.includes(delivery)));
  const needButton = (need) => make("li", {}, makeButton("chip", needLabel(need), () => update({ need })));
  fillWhenNew(byId("who"), JSON.stringify([state.language, "organization", organization, state.area]), () => [
    make("ul", { class: "deliveries" }, deliveries.map((delivery) => deliveryCard(delivery, { withOrganization: false }))),
    needs.length ? make("h3", {}, say("organization.needs")) : null,
    needs.length ? make("ul", { class: "chips" }, needs.map(needButton)) : null,
    state.area === null ? null : make(
      "p", {}, makeButton("small", say("organization.back", { area: data.areas.names[state.area] }), () => update({ organization: null })),
    ),
  ]);
}
