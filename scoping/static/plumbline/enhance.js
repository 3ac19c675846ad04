// Nothing here is needed: every page works without it.
"use strict";

// On a phone the sections of the head run sideways: the one that is open is in sight.
const section = document.querySelector(".nav [aria-current]");
if (section) section.parentElement.scrollLeft = section.offsetLeft - section.parentElement.offsetLeft - 16;

// A link that is shown once can be copied by one press.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  });
}

// All reasons of a tree fold and unfold together.
for (const button of document.querySelectorAll("[data-fold]")) {
  const tree = document.getElementById(button.dataset.fold);
  if (!tree) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    for (const one of tree.querySelectorAll("details")) one.open = open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Fold all" : "Unfold all";
  });
}

// A form is sent once: a second press within the same page does nothing.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
