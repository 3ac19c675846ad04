// Nothing here is needed: every page works without it. What is said stands in the page,
// in attributes data-say-…, in the language of the page.
"use strict";

// On a phone the sections of the head run sideways: the one that is open is in sight.
const section = document.querySelector(".nav [aria-current]");
if (section) section.parentElement.scrollLeft = section.offsetLeft - section.parentElement.offsetLeft - 16;

// The menu of tools folds again when somebody turns to something else.
const tools = document.querySelector(".nav-tools details");
if (tools) {
  document.addEventListener("click", (event) => {
    if (!tools.contains(event.target)) tools.open = false;
  });
  tools.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !tools.open) return;
    tools.open = false;
    tools.querySelector("summary").focus();
  });
}

// A stroke leads to the field that finds things, unless somebody is writing.
const finds = document.querySelector("[data-find]");
if (finds) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (!finds.offsetParent) return;
    event.preventDefault();
    finds.focus();
  });
}

// A link that is shown once can be copied by one press.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.sayCopied;
  });
}

// All reasons of a tree fold and unfold together.
const foldTogether = (button) => {
  const tree = document.getElementById(button.dataset.fold);
  if (!tree) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    for (const one of tree.querySelectorAll("details")) one.open = open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? button.dataset.sayFold : button.dataset.sayUnfold;
  });
};
for (const button of document.querySelectorAll("[data-fold]")) foldTogether(button);

// What a fold holds is fetched when it is first opened; its link leads to the same.
for (const part of document.querySelectorAll("[data-reasons]")) {
  const fold = part.closest("details");
  const link = part.querySelector("a");
  const ask = async () => {
    if (!fold.open || part.dataset.asked) return;
    part.dataset.asked = "yes";
    part.setAttribute("aria-busy", "true");
    const words = link.textContent;
    link.textContent = part.dataset.sayLoading;
    try {
      const response = await fetch(link.href, { headers: { "X-Part": "reasons" } });
      if (!response.ok || response.redirected) throw new Error(response.status);
      const answer = new DOMParser().parseFromString(await response.text(), "text/html");
      part.replaceChildren(...answer.body.childNodes);
      for (const button of part.querySelectorAll("[data-fold]")) foldTogether(button);
    } catch {
      delete part.dataset.asked;
      link.textContent = words;
    }
    part.removeAttribute("aria-busy");
  };
  fold.addEventListener("toggle", ask);
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

// A file that takes a while says how much of it has gone; the answer then takes the place
// of the page. Without this the browser sends the form, and shows the same page.
const SHORT = 1000000;
const sendWithProgress = (form) => {
  const field = form.querySelector("input[type=file]");
  const going = form.querySelector("[data-going]");
  form.addEventListener("submit", (event) => {
    const file = field.files[0];
    if (!file || file.size < SHORT || !event.submitter) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    const bar = going.querySelector("progress");
    const words = going.querySelector("[data-words]");
    const request = new XMLHttpRequest();
    const body = new FormData(form, event.submitter);
    const end = (text) => {
      form.removeAttribute("aria-busy");
      words.textContent = text;
    };
    form.setAttribute("aria-busy", "true");
    going.hidden = false;
    bar.value = 0;
    words.textContent = going.dataset.saySending;
    request.upload.addEventListener("progress", (sent) => {
      if (!sent.lengthComputable) return;
      bar.value = sent.loaded / sent.total;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      words.textContent = going.dataset.sayReading;
    });
    request.addEventListener("load", () => {
      const here = window.location.href.split("#")[0];
      if (request.responseURL !== here) {
        window.location.assign(request.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const main = answer.querySelector("main");
      if (!main) {
        end(going.dataset.sayRefused);
        return;
      }
      document.querySelector("main").replaceWith(main);
      for (const one of main.querySelectorAll("form[data-upload]")) sendWithProgress(one);
      main.setAttribute("tabindex", "-1");
      main.focus();
      window.scrollTo(0, 0);
    });
    request.addEventListener("error", () => end(going.dataset.sayBroken));
    request.open("POST", window.location.href);
    request.send(body);
  });
};
for (const form of document.querySelectorAll("form[data-upload]")) sendWithProgress(form);
