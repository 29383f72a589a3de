// Who was asked, who answered, who did not: an empty place on the map may only be a missing answer.

function wireAsked() {
  page.parts.push(renderAsked);
}

function renderAsked(state, changed) {
  if (changed.has("language")) {
    const groups = [
      ["asked.waiting", ([, asked, answered]) => asked && !answered],
      ["asked.not_asked", ([, asked, answered]) => !asked && !answered],
      ["asked.answered", ([, , answered]) => answered],
    ];
    const rows = [...page.data.asked].sort((a, b) => a[0].localeCompare(b[0], words.language));
    fillIn(byId("asked"), groups.map(([key, belongs]) => {
      const names = rows.filter(belongs);
      if (!names.length) return null;
      const list = make("ul", { class: "names" }, names.map(([name]) => make("li", {}, name)));
      return make("details", { open: key !== "asked.answered" && names.length <= 40 }, make("summary", {}, say(key, { n: names.length })), list);
    }));
    setText(byId("asked-rate"), heardText("heard.answered"));
    setText(byId("edition"), `${sayOr(`edition.${page.data.edition}`, "")}. ${sayOr(`edition.${page.data.edition}.about`, "")}`);
  }
  if (touches(changed, "view", "need", "language")) {
    const view = currentView(), content = view.below(state, view).filter(Boolean);
    byId("below").hidden = !content.length;
    setText(byId("below-title"), sayOr(`view.${view.key}.below`, say(`view.${view.key}`)));
    fillIn(byId("below-content"), content);
  }
}
