// The range moves as answers change. Without this file the button does the same.
"use strict";

const questions = document.querySelector("form[data-live]");
const WAIT_MS = 300;
let timer = 0;
let asked = null;

// The address of the answers as they stand, files and the form's token left out.
function address() {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(questions)) {
    if (typeof value === "string" && value !== "" && name !== "csrfmiddlewaretoken") said.set(name, value);
  }
  return `${questions.dataset.live}?${said}`;
}

async function refresh() {
  // An answer that was overtaken is dropped, and so is its range.
  if (asked) asked.abort();
  asked = new AbortController();
  document.querySelector("#answer .range")?.classList.add("range-stale");
  try {
    const response = await fetch(address(), { headers: { "X-Part": "answer" }, signal: asked.signal });
    if (!response.ok) return;
    const found = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of found.querySelectorAll("[data-part]")) document.getElementById(part.id)?.replaceWith(part);
    const range = document.querySelector("#answer .range-figures");
    document.getElementById("live").textContent = range ? `${questions.dataset.words}: ${range.textContent.replace(/\s+/g, " ")}` : "";
  } catch (error) {
    if (error.name !== "AbortError") document.querySelector("#answer .range")?.classList.remove("range-stale");
  }
}

if (questions) {
  questions.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT_MS);
  });
}

// A link to a question opens the fold that it lies in.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (target?.matches("input, select, textarea")) target.focus();
}
window.addEventListener("hashchange", unfold);
unfold();
