// Everything works without this script: it shows how far a job is without a reload, and takes
// workbooks that are dropped.
"use strict";

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
        else location.reload();
      }
    }
  };
}
