// Hours with no one on duty: each area by its hours of the week, whatever the chosen hour; below, the hours that many areas share.

VIEWS.holes = {
  dependsOnHour: false,

  classOf(area, state) {
    if (!page.cube.hasResidents(area)) return "no_residents";
    const hours = page.cube.hoursOf(state.need, area, NOBODY);
    if (hours <= 0) return page.cube.hoursOf(state.need, area, NOT_KNOWN) > 0 ? "not_known" : "always";
    if (hours >= 168) return "nobody";
    return hours <= 56 ? "up_to_56" : hours <= 112 ? "up_to_112" : "up_to_167";
  },

  title(state) {
    return say("view.holes.title", { need: needLabel(state.need) });
  },

  below(state, view) {
    const mine = view.findings.filter((finding) => finding.need === state.need);
    const others = view.findings.filter((finding) => finding.need !== state.need).slice(0, 8);
    const jump = ({ need, starts }) => makeButton("small", say("finding.show"), () => update({ need, slot: slotOfMinute(starts) }));
    const entry = (finding) => make("li", {}, make("p", {}, inLanguage(finding.text)), jump(finding));
    return [
      mine.length ? make("ul", { class: "findings" }, mine.map(entry)) : make("p", {}, say("view.holes.none")),
      others.length ? make("details", {}, make("summary", {}, say("view.holes.others")), make("ul", { class: "findings" }, others.map(entry))) : null,
    ];
  },
};
