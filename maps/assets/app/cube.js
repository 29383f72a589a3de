// Rebuilds the cube of ecosystem/coverage.py, need by need, when a need is first looked at.
// A state is 0 covered, 1 not known, 2 nobody, 3 no residents. Columns are stretches of time in which nothing changes.

const COVERED = 0, NOT_KNOWN = 1, NOBODY = 2, NO_RESIDENTS = 3, WEEK = 10080;

class Cube {
  constructor(data) {
    this.data = data;
    this.bySlot = [];
    this.byMinute = [];
    this.hours = new Map();
    this.areaWeight = new Float64Array(data.nAreas);
    this.share = new Float64Array(data.weights.length);
    for (let area = 0; area < data.nAreas; area++) {
      const first = data.firstClass[area], end = data.firstClass[area + 1];
      for (let row = first; row < end; row++) this.areaWeight[area] += data.weights[row];
      for (let row = first; row < end; row++) {
        this.share[row] = this.areaWeight[area] > 0 ? data.weights[row] / this.areaWeight[area] : 1 / (end - first);
      }
    }
  }

  hasResidents(area) {
    return this.areaWeight[area] > 0;
  }

  // States and depths by half-hour slot: a slot is open when it is wholly open.
  slots(need) {
    if (!this.bySlot[need]) {
      const { nSlots, slot_minutes: minutes } = this.data;
      const edges = Array.from({ length: nSlots + 1 }, (_, slot) => slot * minutes);
      const columns = this.mergeColumns(need, edges);
      this.bySlot[need] = Object.assign(this.count(need, columns.edges, columns.first), { columnOf: columns.columnOf });
    }
    return this.bySlot[need];
  }

  // States in exact minutes, between the edges at which anybody's hours begin or end.
  minutes(need) {
    if (!this.byMinute[need]) {
      const edges = new Set([0, WEEK]);
      for (const column of this.data.answersPossible[need]) {
        for (const intervals of [this.data.known[column], this.data.possible[column]]) {
          for (const [start, end] of intervals) edges.add(start).add(end);
        }
      }
      const sorted = [...edges].sort((a, b) => a - b);
      this.byMinute[need] = Object.assign(this.count(need, sorted, sorted.map((_, row) => row)), { edges: sorted });
    }
    return this.byMinute[need];
  }

  state(need, area, slot) {
    const cube = this.slots(need);
    return cube.state[area * cube.nColumns + cube.columnOf[slot]];
  }

  depth(need, area, slot) {
    const cube = this.slots(need);
    return cube.depth[area * cube.nColumns + cube.columnOf[slot]];
  }

  organizations(need, area, slot) {
    const cube = this.slots(need);
    if (!cube.organizations) cube.organizations = this.countOrganizations(need, cube);
    return cube.organizations[area * cube.nColumns + cube.columnOf[slot]];
  }

  // Neighboring slots in which the same deliveries are there count once.
  mergeColumns(need, edges) {
    const n = edges.length - 1, changes = new Uint8Array(n);
    changes[0] = 1;
    for (const column of this.data.answersPossible[need]) {
      for (const intervals of [this.data.known[column], this.data.possible[column]]) {
        const open = openColumns(intervals, edges, n);
        for (let slot = 1; slot < n; slot++) if (open[slot] !== open[slot - 1]) changes[slot] = 1;
      }
    }
    const first = [], columnOf = new Uint16Array(n);
    for (let slot = 0; slot < n; slot++) {
      if (changes[slot]) first.push(slot);
      columnOf[slot] = first.length - 1;
    }
    return { edges, first, columnOf };
  }

  // Depth per class and column: of the deliveries that are there, by the rows they cover.
  classDepths(deliveries, schedules, members, edges, first, nColumns) {
    const depths = new Uint16Array(this.data.weights.length * nColumns);
    for (const delivery of deliveries) {
      const columns = this.openIn(schedules[delivery], edges, first, nColumns);
      if (!columns.length) continue;
      for (const row of members[delivery]) {
        const base = row * nColumns;
        for (const column of columns) depths[base + column]++;
      }
    }
    return depths;
  }

  openIn(intervals, edges, first, nColumns) {
    const open = openColumns(intervals, edges, edges.length - 1), columns = [];
    for (let column = 0; column < nColumns; column++) if (open[first[column]]) columns.push(column);
    return columns;
  }

  count(need, edges, first) {
    const data = this.data, nColumns = Math.min(edges.length - 1, first.length);
    const known = this.classDepths(data.answersKnown[need], data.known, data.membersKnown, edges, first, nColumns);
    const possible = this.classDepths(data.answersPossible[need], data.possible, data.membersPossible, edges, first, nColumns);
    const minimum = data.needs[need].minimum;
    const state = new Uint8Array(data.nAreas * nColumns);
    for (let area = 0; area < data.nAreas; area++) {
      for (let column = 0; column < nColumns; column++) {
        const at = area * nColumns + column;
        if (!this.hasResidents(area)) state[at] = NO_RESIDENTS;
        else if (this.isGap(this.shareReached(area, possible, nColumns, column, minimum))) state[at] = NOBODY;
        else if (this.isGap(this.shareReached(area, known, nColumns, column, minimum))) state[at] = NOT_KNOWN;
      }
    }
    return { nColumns, state, depth: this.areaDepths(known, nColumns), edges, first };
  }

  isGap(share) {
    return 1 - share >= this.data.gap_share - 1e-9;
  }

  shareReached(area, depths, nColumns, column, minimum) {
    let share = 0;
    for (let row = this.data.firstClass[area]; row < this.data.firstClass[area + 1]; row++) {
      if (depths[row * nColumns + column] >= minimum) share += this.share[row];
    }
    return Math.round(share * 1e9) / 1e9;
  }

  // The depth that more than 1 - gap_share of an area's residents have at least: from the deepest class down, until enough are reached.
  areaDepths(depths, nColumns) {
    const data = this.data, result = new Uint16Array(data.nAreas * nColumns);
    for (let area = 0; area < data.nAreas; area++) {
      const first = data.firstClass[area], rows = Array.from({ length: data.firstClass[area + 1] - first }, (_, row) => first + row);
      for (let column = 0; column < nColumns; column++) {
        if (rows.length > 1) rows.sort((a, b) => depths[b * nColumns + column] - depths[a * nColumns + column]);
        let share = 0;
        for (let at = 0; at < rows.length; at++) {
          const depth = depths[rows[at] * nColumns + column];
          if (!depth) break;
          share += this.share[rows[at]];
          const isLast = at + 1 === rows.length || depths[rows[at + 1] * nColumns + column] < depth;
          if (isLast && !this.isGap(Math.round(share * 1e9) / 1e9)) {
            result[area * nColumns + column] = depth;
            break;
          }
        }
      }
    }
    return result;
  }

  countOrganizations(need, cube) {
    const data = this.data, nColumns = cube.nColumns;
    const counts = new Uint16Array(data.weights.length * nColumns), last = new Int32Array(counts.length).fill(-1);
    const deliveries = [...data.answersKnown[need]];
    deliveries.sort((a, b) => data.deliveries.organization[a] - data.deliveries.organization[b]);
    for (const delivery of deliveries) {
      const organization = data.deliveries.organization[delivery];
      const columns = this.openIn(data.known[delivery], cube.edges, cube.first, nColumns);
      for (const row of data.membersKnown[delivery]) {
        for (const column of columns) {
          const at = row * nColumns + column;
          if (last[at] !== organization) {
            last[at] = organization;
            counts[at]++;
          }
        }
      }
    }
    return this.areaDepths(counts, nColumns);
  }

  // Minutes of the week in a state, and the runs of it; the run past Sunday midnight ends after 10080.
  runsOf(need, area, state) {
    const { edges, state: states, nColumns } = this.minutes(need), runs = [];
    for (let column = 0; column < nColumns; column++) {
      if (states[area * nColumns + column] !== state) continue;
      const last = runs[runs.length - 1];
      if (last && last[1] === edges[column]) last[1] = edges[column + 1];
      else runs.push([edges[column], edges[column + 1]]);
    }
    const last = runs[runs.length - 1];
    if (runs.length > 1 && runs[0][0] === 0 && last[1] === WEEK) last[1] += runs.shift()[1];
    return runs;
  }

  hoursOf(need, area, state) {
    const key = (need * this.data.nAreas + area) * 4 + state;
    if (!this.hours.has(key)) this.hours.set(key, this.countHours(need, area, state));
    return this.hours.get(key);
  }

  countHours(need, area, state) {
    return this.runsOf(need, area, state).reduce((sum, [start, end]) => sum + end - start, 0) / 60;
  }

  // The share of an area's residents that a delivery covers, known or possibly.
  shareOf(delivery, area, members) {
    const rows = members[delivery], first = this.data.firstClass[area], end = this.data.firstClass[area + 1];
    let low = 0, high = rows.length, share = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle] < first) low = middle + 1;
      else high = middle;
    }
    for (; low < rows.length && rows[low] < end; low++) share += this.share[rows[low]];
    return Math.round(share * 1e9) / 1e9;
  }
}

function openColumns(intervals, edges, n) {
  const open = new Uint8Array(n);
  let slot = 0;
  for (const [start, end] of intervals) {
    while (slot < n && edges[slot] < start) slot++;
    for (; slot < n && edges[slot + 1] <= end; slot++) open[slot] = 1;
  }
  return open;
}

function isOpenAt(intervals, begin, end) {
  return intervals.some(([start, stop]) => start <= begin && end <= stop);
}
