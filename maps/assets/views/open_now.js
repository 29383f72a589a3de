// Open at this hour: how many can come to each area at the chosen half hour.

VIEWS.open = {
  dependsOnHour: true,

  classOf(area, state) {
    const at = page.cube.state(state.need, area, state.slot);
    if (at !== COVERED) return ["", "not_known", "nobody", "no_residents"][at];
    const depth = page.cube.depth(state.need, area, state.slot);
    return depth <= 1 ? "one" : depth === 2 ? "two" : "three";
  },

  title(state) {
    return say("view.open.title", { need: needLabel(state.need), time: timeText(minuteOf(state)) });
  },

  below() {
    return [];
  },
};
