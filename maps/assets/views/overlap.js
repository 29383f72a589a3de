// Overlap: how many different organizations are on duty at the chosen half hour; below, the pairs that share ground, and what that means.

VIEWS.overlap = {
  dependsOnHour: true,

  classOf(area, state) {
    const at = page.cube.state(state.need, area, state.slot);
    if (at !== COVERED) return ["", "not_known", "nobody", "no_residents"][at];
    const organizations = page.cube.organizations(state.need, area, state.slot);
    return organizations <= 1 ? "one" : organizations === 2 ? "two" : organizations < 5 ? "three" : "five";
  },

  title(state) {
    return say("view.overlap.title", { need: needLabel(state.need), time: timeText(minuteOf(state)) });
  },

  below(state, view) {
    const mine = view.findings.filter((finding) => finding.need === state.need);
    if (!mine.length) return [make("p", {}, say("view.overlap.none"))];
    const entry = (finding) => make(
      "li",
      { class: `verdict-${finding.kind}` },
      make("p", { class: "verdict" }, sayOr(`verdict.${finding.kind}`, finding.kind)),
      make("p", {}, inLanguage(finding.text)),
    );
    const shown = mine.slice(0, 6), rest = mine.slice(6);
    return [
      make("p", { class: "note" }, say("view.overlap.not_a_reason")),
      make("ul", { class: "findings" }, shown.map(entry)),
      rest.length ? make("details", {}, make("summary", {}, say("finding.more", { n: rest.length })), make("ul", { class: "findings" }, rest.map(entry))) : null,
    ];
  },
};
