// The picture follows the slider. Without this file a button of the same form does it.
"use strict";

const TRIAL_WAIT_MS = 120;

const follow = (form) => {
  const field = form.elements.value;
  const binding = form.elements.binding;
  const slider = form.querySelector("input[type=range]");
  const said = document.querySelector(`[data-trial-said="${form.dataset.trial}"]`);
  let waiting = 0;
  let questions = 0;
  let answered = 0;
  let open = null;

  const ask = async () => {
    const number = ++questions;
    // A question that was overtaken is not waited for; should its answer come, it is dropped.
    open?.abort();
    open = new AbortController();
    const picture = () => document.getElementById(form.dataset.trial);
    picture().classList.add("preview-stale");
    let part = null;
    try {
      const response = await fetch(form.dataset.try, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Part": "trial", "X-Number": String(number) },
        signal: open.signal,
      });
      // An error, or the page to sign in again, has no number: it is no answer of ours.
      const echoed = response.headers.get("X-Number");
      if (echoed !== null && Number(echoed) <= answered) return;
      if (response.ok && !response.redirected) part = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(form.dataset.trial);
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    if (number < questions) return;
    answered = number;
    picture().classList.remove("preview-stale");
    if (part) picture().replaceWith(part);
    said.textContent = part ? part.dataset.said : said.dataset.sayNone;
  };

  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, TRIAL_WAIT_MS);
  };
  const decimals = (slider.step.split(".")[1] ?? "").length;
  slider.addEventListener("input", () => {
    field.value = Number(slider.value).toFixed(Math.max(4, decimals));
    binding.value = "typed";
    slider.setAttribute("aria-valuetext", field.value);
    later();
  });
  field.addEventListener("input", () => {
    binding.value = "typed";
    slider.value = field.value;
    later();
  });
  binding.addEventListener("change", () => {
    const price = binding.selectedOptions[0].dataset.price;
    if (!price) return;
    field.value = price;
    slider.value = price;
    later();
  });
  slider.closest(".slider").hidden = false;
  form.querySelector(`button[formaction]`).hidden = true;
  const fold = form.closest("details");
  fold.addEventListener("toggle", () => {
    if (fold.open && !questions && !document.getElementById(form.dataset.trial).childElementCount) ask();
  });
};
for (const form of document.querySelectorAll("form[data-try]")) follow(form);

// A link to the price of a line opens its fold and leads to the slider.
const lead = () => {
  const fold = document.getElementById(location.hash.slice(1));
  if (!fold?.matches("details[id^=decide-]")) return;
  fold.open = true;
  fold.querySelector("input[type=range]").focus({ preventScroll: true });
};
window.addEventListener("hashchange", lead);
lead();
