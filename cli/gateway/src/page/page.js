"use strict";

const byId = (id) => document.getElementById(id);
const rows = byId("rows");
const filter = byId("filter");
// As many as the gateway keeps.
const KEPT = 200;
let exchanges = [];
let chosen = null;

// JSON laid out, if it is whole; otherwise the text as it is.
function layOut(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function matches(exchange) {
  const text = [exchange.method, exchange.status, exchange.target, exchange.function, exchange.note, exchange.id]
    .join(" ").toLowerCase();
  return filter.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function statusClass(status) {
  if (status < 400) return "good";
  return status < 500 ? "odd" : "bad";
}

function makeRow(exchange) {
  const row = document.createElement("tr");
  row.tabIndex = 0;
  const add = (text, ...classes) => {
    const cell = row.insertCell();
    cell.textContent = text;
    cell.classList.add(...classes);
  };
  add(new Date(exchange.time).toLocaleTimeString());
  add(exchange.status, statusClass(exchange.status));
  add(exchange.method);
  add(exchange.target);
  add(exchange.function);
  add(`${exchange.took.toFixed(1)} ms`, "number");
  add(exchange.length, "number");
  row.addEventListener("click", () => choose(exchange));
  row.addEventListener("keydown", (key) => {
    if (key.key === "Enter") choose(exchange);
  });
  return row;
}

function choose(exchange) {
  chosen = exchange;
  byId("detail").hidden = false;
  byId("title").textContent = `${exchange.method} ${exchange.target}`;
  byId("note").textContent = exchange.note;
  byId("event").textContent = layOut(exchange.event) || "no event: the function was not asked";
  byId("output").textContent = layOut(exchange.output) || "nothing";
  showChosen();
}

function showChosen() {
  for (const exchange of exchanges) {
    exchange.row.setAttribute("aria-selected", exchange === chosen);
  }
}

function show() {
  let shown = 0;
  for (const exchange of exchanges) {
    exchange.row.hidden = !matches(exchange);
    if (!exchange.row.hidden) shown += 1;
  }
  byId("count").textContent = shown === exchanges.length ? `${shown} requests` : `${shown} of ${exchanges.length} requests`;
  byId("empty").hidden = exchanges.length > 0;
}

function clear() {
  exchanges = [];
  rows.replaceChildren();
  show();
}

const source = new EventSource("/_apigw/events");
source.onopen = () => {
  // The gateway sends what it has kept anew.
  clear();
  byId("state").textContent = "live";
  byId("state").classList.remove("broken");
};
source.onerror = () => {
  byId("state").textContent = "the gateway does not answer";
  byId("state").classList.add("broken");
};
source.onmessage = (message) => {
  const exchange = JSON.parse(message.data);
  exchange.row = makeRow(exchange);
  exchanges.unshift(exchange);
  rows.prepend(exchange.row);
  for (const old of exchanges.splice(KEPT)) old.row.remove();
  if (chosen === null) choose(exchange);
  show();
};
filter.addEventListener("input", show);
byId("clear").addEventListener("click", clear);
// A filter can be part of the address: /_apigw#502
filter.value = decodeURIComponent(location.hash.slice(1));
show();
