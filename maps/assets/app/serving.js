// Who serves an area for a need, and who of them is there at an hour. Everything that names an organization asks here.

// Deliveries that answer a need alone and may serve an area, each with what is known of it there.
function servingHere(need, area) {
  const { data, cube } = page, sure = new Set(data.answersKnown[need]), found = [];
  for (const delivery of data.answersPossible[need]) {
    const possible = cube.shareOf(delivery, area, data.membersPossible);
    if (!possible) continue;
    const known = sure.has(delivery) ? cube.shareOf(delivery, area, data.membersKnown) : 0;
    found.push({ delivery, known, possible });
  }
  return found;
}

function isThere(intervals, slot) {
  const { slot_minutes: minutes } = page.data;
  return isOpenAt(intervals, slot * minutes, (slot + 1) * minutes);
}

// The same split into on duty, perhaps on duty, and on duty at other hours (soonest first).
function whoIsThere(need, area, slot) {
  const { data } = page, there = [], perhaps = [], later = [];
  for (const entry of servingHere(need, area)) {
    if (entry.known > 0 && isThere(data.known[entry.delivery], slot)) there.push(entry);
    else if (isThere(data.possible[entry.delivery], slot)) perhaps.push(entry);
    else later.push({ ...entry, opens: nextOpening(data.possible[entry.delivery], slot) });
  }
  later.sort((a, b) => (a.opens ?? 2 * WEEK) - (b.opens ?? 2 * WEEK));
  return { there, perhaps, later };
}

// Minutes after Monday 00:00 when hours next begin after a slot; above 10080 in the week that follows. Null where there are none.
function nextOpening(intervals, slot) {
  const now = slot * page.data.slot_minutes;
  let next = null;
  for (const [start] of intervals) {
    const at = start >= now ? start : start + WEEK;
    if (next === null || at < next) next = at;
  }
  return next;
}

// Different organizations that are certainly on duty at a slot for whatever need, in the whole city or in one area.
function onDutyForAnything(slot, area = null) {
  const { data, cube } = page, organizations = new Set();
  for (let delivery = 0; delivery < data.nCube; delivery++) {
    const organization = data.deliveries.organization[delivery];
    if (organizations.has(organization) || !isThere(data.known[delivery], slot)) continue;
    if (area === null ? data.membersKnown[delivery].length : cube.shareOf(delivery, area, data.membersKnown) > 0) organizations.add(organization);
  }
  return [...organizations];
}

// Rows of the areas that an organization serves with anything, known or possibly.
function areasServed(organization) {
  const { data } = page, areas = new Set();
  for (const delivery of deliveriesOf(organization)) {
    if (delivery >= data.nCube) for (const area of data.elsewhere[delivery - data.nCube]) areas.add(area);
    else {
      let area = 0;
      for (const row of data.membersPossible[delivery]) {
        while (row >= data.firstClass[area + 1]) area++;
        areas.add(area);
      }
    }
  }
  return areas;
}

function deliveriesOf(organization) {
  const found = [];
  page.data.deliveries.organization.forEach((owner, delivery) => { if (owner === organization) found.push(delivery); });
  return found;
}

function organizationName(organization) {
  return page.data.organizations.names[organization] || say("organization.not_shown");
}

function needLabel(need) {
  return inLanguage(page.data.needs[need].label);
}

// A need's label to stand alone, and as it stands inside a sentence.
function needWords(need) {
  const label = needLabel(need), isWord = label.length > 1 && label[1] === label[1].toLowerCase() && label[1] !== label[1].toUpperCase();
  return { need: label, need_in: isWord ? label[0].toLowerCase() + label.slice(1) : label };
}

// The organizations that did not tell us and could change what is known of a need in an area.
function silentOn(need, area = null) {
  return page.data.asked
    .filter(([, , answered, , needs, areas, unclear]) => {
      if (unclear) return true;
      return !answered && (!needs.length || needs.includes(need)) && (area === null || !areas.length || areas.includes(area));
    })
    .map(([name]) => name);
}

function answeredOfAsked() {
  const asked = page.data.asked.filter((row) => row[1]);
  return { n: asked.filter((row) => row[2]).length, total: asked.length };
}

// How many of those asked answered; without a list of them nobody can say who is missing.
function heardText(key) {
  const heard = answeredOfAsked();
  return say(heard.total ? key : "heard.no_list", heard);
}

function organizationChips(organizations) {
  return make("ul", { class: "chips" }, organizations.map((organization) => (
    make("li", {}, makeButton("chip", upperFirst(organizationName(organization)), () => update({ organization })))
  )));
}

// ------------------------------------------------------------------------------------------------------------- a delivery as people read it

function deliveryCard(delivery, { share = 1, opens = undefined, withOrganization = true } = {}) {
  const { deliveries } = page.data, name = organizationName(deliveries.organization[delivery]);
  const facts = [hoursOf(delivery), share < 1 ? say("delivery.part", { share: percentText(share) }) : "", modeOf(delivery), languagesOf(delivery), whoMayCome(delivery)];
  const head = withOrganization
    ? [makeButton("name", upperFirst(name), () => update({ organization: deliveries.organization[delivery] })), " "]
    : [];
  const contact = [
    deliveries.phone[delivery] ? phoneLink(deliveries.phone[delivery]) : null,
    deliveries.url[delivery] ? webLink(deliveries.url[delivery], say("delivery.website")) : null,
    correctionLink(deliveries.id[delivery], `${name}: ${deliveries.name[delivery]}`, say("wrong.link")),
  ].filter(Boolean);
  return make(
    "li",
    { class: "delivery" },
    make("p", { class: "delivery-name" }, head, make("span", { class: "service" }, serviceName(delivery))),
    opens !== undefined && opens !== null ? make("p", { class: "opens" }, say("delivery.opens", { time: timeText(opens) })) : null,
    make("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    deliveries.address[delivery] ? make("p", { class: "facts" }, deliveries.address[delivery]) : null,
    make("p", { class: "contact" }, contact.flatMap((entry, at) => (at ? [" ", entry] : [entry]))),
  );
}

function serviceName(delivery) {
  const { deliveries, types } = page.data;
  const kind = deliveries.types[delivery].map((code) => types[code]).filter(Boolean).map(inLanguage)[0] || "";
  const name = deliveries.is_placeholder[delivery] ? "" : deliveries.name[delivery];
  if (!name) return kind || say("delivery.protected");
  return kind && kind.toLowerCase() !== name.toLowerCase() ? `${name} (${kind})` : name;
}

function hoursOf(delivery) {
  const { known, possible, deliveries } = page.data;
  if (!deliveries.hours_known[delivery]) return say("delivery.hours_unknown");
  if (known[delivery].length) return weekText(known[delivery]);
  return possible[delivery].length ? say("delivery.perhaps", { hours: weekText(possible[delivery]) }) : say("delivery.hours_unknown");
}

function modeOf(delivery) {
  const mode = page.data.deliveries.mode[delivery];
  return mode ? sayOr(`mode.${mode}`, "") : "";
}

function languagesOf(delivery) {
  const spoken = page.data.deliveries.languages[delivery];
  if (!spoken || !spoken.length) return "";
  return listText(spoken.map(([code, strength]) => {
    const name = sayOr(`language.${code}`, code);
    return strength === "staff" || code === "*" ? name : `${name} (${sayOr(`strength.${strength}`, strength)})`;
  }), 5);
}

function whoMayCome(delivery) {
  const { ages, genders, groups, requirements } = page.data.deliveries, parts = [];
  const [least, most] = ages[delivery] || [null, null];
  if (least !== null && most !== null) parts.push(say("age.between", { least, most }));
  else if (least !== null) parts.push(say("age.from", { least }));
  else if (most !== null) parts.push(say("age.to", { most }));
  parts.push(...genders[delivery].map((gender) => sayOr(`gender.${gender}`, gender)));
  parts.push(...groups[delivery]);
  parts.push(...requirements[delivery].map((requirement) => sayOr(`requirement.${requirement}`, requirement)));
  return listText(parts, 6);
}
