// Assets: how many organizations serve each area for the need at any hour, where those with a published place are, and what is strong.

VIEWS.assets = {
  dependsOnHour: false,

  classOf(area, state) {
    if (!page.cube.hasResidents(area)) return "no_residents";
    const { need } = state, memory = (this.memory ||= {});
    const counts = (memory[need] ||= page.data.areas.ids.map((_, row) => {
      const organizations = new Set();
      let perhaps = 0;
      for (const { delivery, known } of servingHere(need, row)) {
        if (known > 0 && page.data.known[delivery].length) organizations.add(page.data.deliveries.organization[delivery]);
        else perhaps++;
      }
      return { n: organizations.size, perhaps };
    }));
    const { n, perhaps } = counts[area];
    if (!n) return perhaps ? "not_known" : "nobody";
    return n === 1 ? "one" : n === 2 ? "two" : n < 5 ? "three" : "five";
  },

  title(state) {
    return say("view.assets.title", { need: needLabel(state.need) });
  },

  below(state) {
    const strengths = page.views.flatMap((view) => view.findings || []).filter((finding) => finding.status === "strength");
    const owners = new Set(page.data.answersPossible[state.need].map((delivery) => page.data.deliveries.organization[delivery]));
    const byName = (a, b) => organizationName(a).localeCompare(organizationName(b), words.language);
    return [
      make("h3", {}, say("view.assets.who", { n: owners.size, ...needWords(state.need) })),
      organizationChips([...owners].sort(byName)),
      strengths.length ? make("h3", {}, say("view.assets.strong")) : null,
      strengths.length ? make("ul", { class: "findings" }, strengths.slice(0, 8).map((finding) => make("li", {}, make("p", {}, inLanguage(finding.text))))) : null,
    ];
  },
};
