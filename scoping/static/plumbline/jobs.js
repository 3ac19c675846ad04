// How far a job is, asked again and again. Without this file the page loads itself anew.
"use strict";

const JOB_WAIT_MS = 1000;
const MOST_WAIT_MS = 10000;
let pause = JOB_WAIT_MS;

async function look() {
  const shown = document.querySelector("[data-job]");
  if (!shown) return;
  try {
    const response = await fetch(shown.dataset.job, { headers: { "X-Part": "job" } });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    const part = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(shown.id);
    if (part.dataset.state !== shown.dataset.state) document.getElementById("job-said").textContent = part.dataset.state;
    // A button somebody is on keeps the focus through the change.
    const held = shown.contains(document.activeElement);
    shown.replaceWith(part);
    if (held) part.querySelector("button, a")?.focus();
    pause = JOB_WAIT_MS;
  } catch {
    // The service restarts, or the way to it is broken: asked again, less often.
    pause = Math.min(pause * 2, MOST_WAIT_MS);
  }
  setTimeout(look, pause);
}

setTimeout(look, JOB_WAIT_MS);
