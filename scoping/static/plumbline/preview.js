// The preview follows the answers. Without this file the button below it does the same.
"use strict";

const scope = document.querySelector("form[data-preview]");
const PREVIEW_WAIT_MS = 350;
let waiting = 0;
let questions = 0;
let answered = 0;
let open = null;
// On a workbench the preview has a place that is shown once something is changed.
const place = document.querySelector("[data-preview-place]");

async function ask() {
  const number = ++questions;
  // A question that was overtaken is not waited for; should its answer come, it is dropped.
  open?.abort();
  open = new AbortController();
  document.getElementById("preview").classList.add("preview-stale");
  const said = new FormData(scope);
  said.delete("file");
  said.set("act", "preview");
  let part = null;
  try {
    const response = await fetch(scope.dataset.preview, {
      method: "POST",
      body: said,
      headers: { "X-Part": "preview", "X-Number": String(number) },
      signal: open.signal,
    });
    // An error, or the page to sign in again, has no number: it is no answer of ours.
    const echoed = response.headers.get("X-Number");
    if (echoed !== null && Number(echoed) <= answered) return;
    if (response.ok && !response.redirected) part = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("preview");
  } catch (error) {
    if (error.name === "AbortError") return;
  }
  if (number < questions) return;
  answered = number;
  if (!part) {
    document.getElementById("preview").classList.remove("preview-stale");
    const said = document.getElementById("preview-said");
    said.textContent = said.dataset.sayNone;
    return;
  }
  // In its place it may be longer than the window, and is scrolled by keyboard too.
  if (place) part.tabIndex = 0;
  document.getElementById("preview").replaceWith(part);
  document.getElementById("preview-said").textContent = part.dataset.said;
  if (place?.hidden) show(place);
}

function show(place) {
  // On a phone the form comes last, and what it comes to stands below it.
  if (!matchMedia("(min-width: 1200px)").matches) scope.append(place);
  place.hidden = false;
}

if (scope) {
  scope.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PREVIEW_WAIT_MS);
  });
  // A scope that begins like another one is priced as it stands, before any answer.
  if (!place && scope.elements.items?.value) ask();
}

// Beside other forms, answers that are not saved are not left without a question.
if (scope?.dataset.unsaved !== undefined) {
  let changed = false;
  scope.addEventListener("input", () => (changed = true));
  scope.addEventListener("submit", () => (changed = false));
  document.querySelector("[data-discard]").addEventListener("click", () => {
    changed = false;
    scope.reset();
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
