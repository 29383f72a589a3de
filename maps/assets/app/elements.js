// Makes elements. Text from answers reaches the page here, and only as text; addresses only after they were checked.

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (key === "href") throw new Error("addresses are made by link() alone");
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function makeButton(kind, text, press) {
  return make("button", { type: "button", class: kind, on: { click: press } }, text);
}

function fillIn(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
}

// Fills an element only when what it shows is different from before; `mark` tells that in a few words.
function fillWhenNew(element, mark, build) {
  if (element.filledWith === mark) return;
  element.filledWith = mark;
  fillIn(element, build());
}

function byId(id) {
  return document.getElementById(id);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

function makeSvg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function link(address, text, attributes = {}) {
  const element = make("a", attributes, text);
  element.setAttribute("href", address);
  return element;
}

// A phone as written, as a link if it is nothing but a phone number.
function phoneLink(phone) {
  const written = phone.trim();
  const found = /^\+?[\d\s().\/-]{3,24}$/.exec(written) && written.replace(/[^\d+]/g, "");
  if (!found || found.length < 3 || found.length > 16) return make("span", {}, phone);
  return link(`tel:${found}`, phone, { class: "phone" });
}

function webLink(url, text) {
  let address;
  try {
    address = new URL(url);
  } catch {
    return null;
  }
  if (address.protocol !== "https:" || address.username || address.password || !address.hostname.includes(".")) return null;
  return link(address.href, text, { class: "web", rel: "noopener noreferrer external" });
}

// An e-mail to the city about one record: its id, and what the page said.
function correctionLink(record, subject, text, attributes = {}) {
  const to = page.data.city.corrections;
  if (!/^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$/.test(to)) return null;
  const body = say("wrong.body", { record, subject, date: page.data.city.as_of, edition: page.data.edition });
  const address = `mailto:${to}?subject=${encodeURIComponent(wellFormed(`${say("wrong.subject")}: ${subject}`))}`;
  return link(`${address}&body=${encodeURIComponent(wellFormed(body))}`, text, { class: "wrong", ...attributes });
}

function wellFormed(text) {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}
