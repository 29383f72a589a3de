// Strings, numbers and times in the reader's language. A value is only ever put into a pattern, never read as one.

const DAY = 1440;
const words = { language: "en", of: {} };

function say(key, values = {}) {
  const pattern = words.of[words.language][key];
  if (pattern === undefined) return key;
  return pattern.replace(/\{([a-z_]+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g, (_, name, one, many) => {
    const value = String(values[name]);
    return one === undefined ? value : value === "1" ? one : many;
  });
}

function sayOr(key, otherwise) {
  return words.of[words.language][key] || otherwise;
}

// The text of a {en: ..., es: ...} pair.
function inLanguage(texts) {
  return texts[words.language] || texts.en || Object.values(texts)[0] || "";
}

function wordFor(area) {
  return say(page.data.city.are_neighborhoods ? `place.neighborhood.${area}` : `place.area.${area}`);
}

function formatNumber(value, digits = 0) {
  const [whole, part] = value.toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (part || "").replace(/0+$/, "");
  return rest ? `${grouped}.${rest}` : grouped;
}

// Two digits, no finer than the evidence; never a count below the least that may be shown.
function aboutPeople(people) {
  const least = page.data.city.minimum_count;
  if (people <= 0) return "0";
  if (people < least) return say("people.fewer", { n: least });
  const step = people < 100 ? 1 : 10 ** (Math.floor(Math.log10(people)) - 1);
  return say("people.about", { n: formatNumber(Math.floor(people / step + 0.5) * step) });
}

function hoursText(hours) {
  const text = formatNumber(hours, 1);
  return `${text} ${say("hours.unit", { n: text })}`;
}

function percentText(share) {
  const sign = words.language === "es" ? "\u00a0%" : "%";
  if (share > 0 && share < 0.01) return say("percent.below", { n: `1${sign}` });
  if (share > 0.99 && share < 1) return say("percent.above", { n: `99${sign}` });
  return Math.floor(share * 100 + 0.5) + sign;
}

function upperFirst(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function clockText(minute) {
  const ofDay = minute % DAY;
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
}

function dayName(day) {
  return say(`day.${((day % 7) + 7) % 7}`);
}

function dayShort(day) {
  return say(`day.short.${((day % 7) + 7) % 7}`);
}

function timeText(minute) {
  return `${dayName(Math.floor((minute % WEEK) / DAY))} ${clockText(minute)}`;
}

// "1:30 a.m., the night after Friday": how people say an hour.
function spokenTime(minute) {
  const day = Math.floor((minute % WEEK) / DAY), ofDay = minute % DAY, hour = Math.floor(ofDay / 60);
  const clock = `${hour % 12 || 12}:${String(ofDay % 60).padStart(2, "0")}`;
  const text = say(hour < 12 ? "clock.am" : "clock.pm", { clock });
  if (hour < 5) return say("clock.night_after", { clock: text, day: dayName(day - 1) });
  return say(hour < 12 ? "clock.morning" : hour < 17 ? "clock.afternoon" : hour < 22 ? "clock.evening" : "clock.night", { clock: text });
}

function runText([start, end]) {
  if (end - start >= WEEK) return say("week.whole");
  return say("week.run", { start: timeText(start), end: timeText(end) });
}

function dateText(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return say("date", { month: say(`month.${month}`), day, year });
}

// "Mon–Fri 08:00–18:00; Sat 10:00–14:00": days with the same hours are said once; a shift past midnight belongs to the day it begins.
function weekText(intervals) {
  if (!intervals.length) return say("week.never");
  if (intervals.length === 1 && intervals[0][1] - intervals[0][0] >= WEEK) return say("week.always");
  const runs = intervals.map((run) => [...run]), last = runs[runs.length - 1];
  if (runs.length > 1 && runs[0][0] === 0 && last[1] === WEEK) last[1] += runs.shift()[1];
  if (runs.some(([start, end]) => end - start > DAY)) return runs.map(runText).join("; ");
  const byDay = Array.from({ length: 7 }, () => []);
  for (const [start, end] of runs) byDay[Math.floor(start / DAY)].push(`${clockText(start)}–${clockText(end) === "00:00" ? "24:00" : clockText(end)}`);
  const parts = [];
  for (let day = 0; day < 7; day++) {
    const text = byDay[day].join(", ");
    const previous = parts[parts.length - 1];
    if (previous && previous.text === text && previous.to === day - 1) previous.to = day;
    else if (text) parts.push({ from: day, to: day, text });
  }
  if (parts.length === 1 && parts[0].from === 0 && parts[0].to === 6) return say("week.daily", { hours: parts[0].text });
  return parts.map(({ from, to, text }) => `${from === to ? dayShort(from) : `${dayShort(from)}–${dayShort(to)}`} ${text}`).join("; ");
}

function listText(items, most = 3) {
  if (items.length <= 1) return items.join("");
  if (items.length > most) {
    const shown = items.slice(0, most);
    return say("list.more", { items: shown.join(", "), n: items.length - most });
  }
  return say("list.and", { first: items.slice(0, -1).join(", "), last: items[items.length - 1] });
}
