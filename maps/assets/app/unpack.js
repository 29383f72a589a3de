// Turns the payload's bytes into plain arrays. What stands where is told in maps/payload/facts.py and codec.py.

// The bytes of an element that holds deflated data as text.
async function inflated(id) {
  const packed = new Response(bytesOfText(JSON.parse(document.getElementById(id).textContent)));
  const stream = packed.body.pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Leaflet travels deflated too. The policy names the SHA-256 of its text, so the browser runs this text and no other.
function runLeaflet(bytes) {
  const script = document.createElement("script");
  script.textContent = new TextDecoder().decode(bytes);
  document.head.append(script);
}

async function readPayload() {
  const raw = await inflated("payload");
  const start = new ByteReader(raw);
  const length = start.next();
  const head = JSON.parse(new TextDecoder().decode(raw.subarray(start.at, start.at + length)));
  const sections = {};
  let at = start.at + length;
  for (const [name, size] of Object.entries(head.sections)) {
    sections[name] = raw.subarray(at, at + size);
    at += size;
  }
  return unpackSections(head, sections);
}

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%,()*+-;.=/?@^_:{|}~";

// Five letters for four bytes; the first letter of all says how many zeros at the end only fill up.
function bytesOfText(text) {
  const digit = new Uint8Array(128), bytes = new DataView(new ArrayBuffer(((text.length - 1) / 5) * 4));
  for (let value = 0; value < 85; value++) digit[LETTERS.charCodeAt(value)] = value;
  for (let at = 0; at < bytes.byteLength; at += 4) {
    let number = 0;
    for (let letter = 1; letter < 6; letter++) number = number * 85 + digit[text.charCodeAt((at / 4) * 5 + letter)];
    bytes.setUint32(at, number);
  }
  return bytes.buffer.slice(0, bytes.byteLength - digit[text.charCodeAt(0)]);
}

class ByteReader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isAtEnd() {
    return this.at >= this.bytes.length;
  }

  next() {
    let value = 0, scale = 1, byte;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  }

  nextSigned() {
    const value = this.next();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }
}

function unpackSections(head, sections) {
  const nNeeds = head.needs.length, nCube = head.n_cube, nAll = head.deliveries.id.length;
  const counts = allNumbers(sections.class_counts);
  const firstClass = new Int32Array(counts.length + 1);
  counts.forEach((count, area) => { firstClass[area + 1] = firstClass[area] + count; });
  const schedules = unpackSchedules(sections.schedules);
  const known = unpackRunSets(sections.members_known);
  const possible = unpackRunSets(sections.members_possible).map((rows, column) => rows || known[column]);
  return Object.assign(head, {
    nAreas: head.areas.ids.length, nNeeds, nCube, nAll,
    nSlots: 10080 / head.slot_minutes,
    shapes: unpackShapes(sections.shapes),
    centers: unpackCenters(sections.centers),
    firstClass,
    weights: Float64Array.from(allNumbers(sections.class_weights)),
    known: allNumbers(sections.schedule_known).map((row) => schedules[row]),
    possible: allNumbers(sections.schedule_possible).map((row) => schedules[row]),
    membersKnown: known,
    membersPossible: possible,
    answersKnown: unpackBits(sections.answers_known, nNeeds, nCube),
    answersPossible: unpackBits(sections.answers_possible, nNeeds, nCube),
    supports: unpackBits(sections.supports, nNeeds, nAll),
    elsewhere: unpackRunSets(sections.elsewhere),
    weeks: sections.weeks ? unpackWeeks(sections.weeks, nNeeds, head.areas.ids.length + 1) : null,
  });
}

function allNumbers(bytes) {
  const reader = new ByteReader(bytes), numbers = [];
  while (!reader.isAtEnd) numbers.push(reader.next());
  return numbers;
}

// Per area its polygons, each a list of rings of [latitude, longitude], as Leaflet takes them.
function unpackShapes(bytes) {
  const reader = new ByteReader(bytes), shapes = [];
  let x = 0, y = 0;
  const list = (item) => Array.from({ length: reader.next() }, item);
  const point = () => {
    x += reader.nextSigned();
    y += reader.nextSigned();
    return [y / 1e5, x / 1e5];
  };
  while (!reader.isAtEnd) shapes.push(list(() => list(() => list(point))));
  return shapes;
}

// Per area the middle of the largest circle inside it, and that circle's radius in metres.
function unpackCenters(bytes) {
  const reader = new ByteReader(bytes), centers = [];
  let x = 0, y = 0;
  while (!reader.isAtEnd) {
    x += reader.nextSigned();
    y += reader.nextSigned();
    centers.push({ at: [y / 1e5, x / 1e5], radius: reader.next() });
  }
  return centers;
}

function unpackSchedules(bytes) {
  const reader = new ByteReader(bytes), schedules = [];
  while (!reader.isAtEnd) {
    const intervals = [];
    let last = 0;
    for (let n = reader.next(); n > 0; n--) {
      const start = last + reader.next();
      last = start + reader.next();
      intervals.push([start, last]);
    }
    schedules.push(intervals);
  }
  return schedules;
}

function unpackRunSets(bytes) {
  const reader = new ByteReader(bytes), sets = [];
  while (!reader.isAtEnd) {
    const runs = reader.next();
    if (!runs) {
      sets.push(null);
      continue;
    }
    const rows = [];
    let at = 0;
    for (let run = 1; run < runs; run++) {
      at += reader.next();
      for (let length = reader.next(); length > 0; length--) rows.push(at++);
    }
    sets.push(Int32Array.from(rows));
  }
  return sets;
}

// Parts of each cut of the week: hours, hours of the day, four hours of the day, day and night, the week.
const CUT_SIZES = [168, 48, 12, 4, 1];

// Per need null, or per area and last for the city a cut and three numbers per part: calls, with nobody, not known; -1 is too few to show.
function unpackWeeks(bytes, nNeeds, nPlaces) {
  const reader = new ByteReader(bytes), list = (n, item) => Array.from({ length: n }, item);
  const shown = () => {
    const code = reader.next();
    return code === 1 ? -1 : Math.max(0, code - 1);
  };
  const place = () => {
    const cut = reader.next();
    return { cut, parts: list(CUT_SIZES[cut], () => ({ calls: shown(), nobody: shown(), unknown: shown() })) };
  };
  return list(nNeeds, () => (reader.next() ? list(nPlaces, place) : null));
}

// Per row the columns that are set.
function unpackBits(bytes, nRows, nColumns) {
  const width = Math.ceil(nColumns / 8), rows = [];
  for (let row = 0; row < nRows; row++) {
    const columns = [];
    for (let column = 0; column < nColumns; column++) {
      if (bytes[row * width + (column >> 3)] & (128 >> (column & 7))) columns.push(column);
    }
    rows.push(columns);
  }
  return rows;
}
