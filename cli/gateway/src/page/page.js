"use strict";

const byId = (id) => document.getElementById(id);
const rows = byId("rows");
const filter = byId("filter");
// As many as the gateway keeps.
const KEPT = 200;
let exchanges = [];
// The request whose details are shown: the newest one, until somebody chooses another.
let chosen = null;
let isFollowing = true;

// JSON laid out, if it is whole; otherwise the text as it is.
function layOut(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function matches(exchange) {
  const { method, status, target, note, id } = exchange;
  const text = [method, status, target, exchange.function, note, id].join(" ").toLowerCase();
  return filter.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function statusClass(status) {
  if (status < 400) return "good";
  return status < 500 ? "odd" : "bad";
}

// The time of the log, which is in UTC.
function timeOf(exchange) {
  return new Date(exchange.time).toISOString().slice(11, 23);
}

function makeRow(exchange) {
  const row = document.createElement("tr");
  row.tabIndex = 0;
  const add = (text, ...classes) => {
    const cell = row.insertCell();
    cell.textContent = text;
    cell.classList.add(...classes);
  };
  add(timeOf(exchange));
  add(exchange.status, statusClass(exchange.status));
  add(exchange.method);
  add(exchange.target);
  add(exchange.function, "wide");
  add(`${exchange.took.toFixed(1)} ms`, "number", "wide");
  add(exchange.length, "number", "wide");
  const pick = () => {
    isFollowing = false;
    choose(exchange);
  };
  row.addEventListener("click", pick);
  row.addEventListener("keydown", (key) => {
    if (key.key === "Enter") pick();
  });
  return row;
}

function choose(exchange) {
  chosen = exchange;
  byId("detail").hidden = exchange === null;
  for (const other of exchanges) other.row.setAttribute("aria-selected", other === exchange);
  if (exchange === null) return;
  const about = [exchange.function, `${exchange.took.toFixed(1)} ms`, `${exchange.length} bytes`];
  if (exchange.functionTook >= 0) about.push(`function ${exchange.functionTook.toFixed(1)} ms`);
  if (exchange.id) about.push(`id ${exchange.id}`);
  byId("title").textContent = `${exchange.status} ${exchange.method} ${exchange.target}`;
  byId("about").textContent = about.filter(Boolean).join(", ");
  byId("note").textContent = exchange.note;
  byId("event").textContent = layOut(exchange.event) || "no event: no function was called";
  byId("output").textContent = layOut(exchange.output) || "nothing";
}

function show() {
  const shown = exchanges.filter((exchange) => {
    exchange.row.hidden = !matches(exchange);
    return !exchange.row.hidden;
  });
  const all = exchanges.length;
  const requests = all === 1 ? "request" : "requests";
  const count = shown.length === all ? all : `${shown.length} of ${all}`;
  byId("count").textContent = `${count} ${requests}`;
  byId("table").hidden = shown.length === 0;
  byId("empty").hidden = shown.length > 0;
  byId("empty").textContent = all === 0
    ? "No request yet. It is shown here as soon as you send one."
    : "No request has all the words of the filter.";
  // Details of a request that is out of sight would be those of another one.
  if (isFollowing || !shown.includes(chosen)) choose(shown[0] ?? null);
}

function clear() {
  exchanges = [];
  isFollowing = true;
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
  byId("state").textContent = "the gateway does not respond";
  byId("state").classList.add("broken");
};
source.onmessage = (message) => {
  const exchange = JSON.parse(message.data);
  exchange.row = makeRow(exchange);
  exchanges.unshift(exchange);
  rows.prepend(exchange.row);
  for (const old of exchanges.splice(KEPT)) old.row.remove();
  show();
};
filter.addEventListener("input", show);
byId("clear").addEventListener("click", clear);
// A filter can be part of the address: /_apigw#502
filter.value = decodeURIComponent(location.hash.slice(1));
show();
