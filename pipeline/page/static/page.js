// Everything works without this script: it shows how far a job is without a reload, and takes
// workbooks that are dropped.
"use strict";

// Whoever is at work on a page keeps what is typed, and the place.
let touched = false;
for (const name of ["keydown", "pointerdown", "input"]) {
  addEventListener(name, () => { touched = true; }, { passive: true });
}

function offer(line, state) {
  const link = line.querySelector("a");
  line.classList.remove("busy");
  line.querySelector("[data-step]").textContent = `${state}.`;
  link.textContent = "Show what is there now";
  link.href = location.pathname + location.search;
}

// One at a time: a browser keeps few connections to a server.
const place = document.querySelector("[data-job]");
if (place && !place.querySelector("[role=alert]")) {
  const events = new EventSource(`/jobs/${place.dataset.job}/events`);
  events.onmessage = (event) => {
    const job = JSON.parse(event.data);
    const step = place.querySelector("[data-step]");
    const state = place.querySelector("[data-state]");
    const steps = place.querySelector("[data-steps]");
    if (state) state.textContent = job.state;
    if (step && job.steps.length) step.textContent = job.steps.at(-1);
    if (steps) {
      steps.replaceChildren(...job.steps.map((words) => {
        const item = document.createElement("li");
        item.textContent = words;
        return item;
      }));
    }
    if (job.over) {
      events.close();
      if (place.dataset.ended === undefined) {
        place.dataset.ended = "";
        if (location.pathname.startsWith("/jobs/")) location.replace(job.then);
        else if (touched) offer(place, job.state);
        else location.reload();
      }
    }
  };
}

const all = document.querySelector("[data-all]");
if (all) {
  all.hidden = false;
  all.querySelector("button").addEventListener("click", () => {
    for (const box of document.querySelectorAll("[form=together]")) box.checked = true;
  });
}

const form = document.querySelector("[data-drop]");
if (form) {
  const target = form.querySelector("[data-target]");
  const fault = form.querySelector("[data-fault]");
  target.hidden = false;
  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("over", name === "dragover");
    });
  }
  form.addEventListener("drop", async (event) => {
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
    const data = new FormData();
    data.set("csrf", form.elements.csrf.value);
    fault.textContent = "";
    try {
      for (const entry of entries) await add(data, entry);
      const answer = await fetch(form.action, { method: "POST", body: data });
      if (answer.redirected) location.assign(answer.url);
      else fault.textContent = await answer.text();
    } catch (reason) {
      fault.textContent = `That could not be taken (${reason.message}).`;
    }
  });
}

// A file, or all that is in a folder, by its path.
async function add(data, entry) {
  if (!entry) return;
  if (entry instanceof File) {
    data.append("files", entry, entry.name);
    return;
  }
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    data.append("files", file, entry.fullPath.replace(/^\//, ""));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const entries = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!entries.length) return;
    for (const each of entries) await add(data, each);
  }
}
