"use strict";
const slides = [...document.querySelectorAll(".slide")];
const byId = (name) => document.getElementById(name);
const [back, on, count, said, notes, help] = ["back", "on", "count", "said", "notes", "help"].map(byId);
let shown = -1;

// Safari plays no film out of a data URI; out of memory every browser does.
function ready(film) {
  if (!film.src.startsWith("data:")) return;
  const bytes = Uint8Array.from(atob(film.src.slice(film.src.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  film.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
}

function show(wanted) {
  const next = Math.min(Math.max(wanted, 0), slides.length - 1);
  if (next === shown) return;
  slides.forEach((slide, k) => {
    slide.classList.toggle("shown", k === next);
    slide.inert = k !== next;
    for (const film of slide.querySelectorAll("video")) {
      if (k === next) {
        ready(film);
        film.currentTime = 0;
        // Where a browser does not let films start by themselves, their controls do.
        film.play().catch(() => {});
      } else if (!film.paused) film.pause();
    }
  });
  shown = next;
  back.disabled = shown === 0;
  on.disabled = shown === slides.length - 1;
  const place = SLIDE.replace("{n}", shown + 1).replace("{all}", slides.length);
  count.hidden = slides[shown].classList.contains("opening");
  count.textContent = `${shown + 1} / ${slides.length}`;
  said.textContent = `${place}: ${slides[shown].getAttribute("aria-label")}`;
  notes.textContent = slides[shown].querySelector(".notes").content.textContent;
  notes.scrollTop = 0;
  history.replaceState(null, "", `#${shown + 1}`);
}

function toggleNotes() {
  notes.hidden = !notes.hidden;
  document.body.classList.toggle("noted", !notes.hidden);
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

const keys = {
  ArrowRight: () => show(shown + 1), ArrowDown: () => show(shown + 1), PageDown: () => show(shown + 1),
  " ": (event) => show(shown + (event.shiftKey ? -1 : 1)),
  ArrowLeft: () => show(shown - 1), ArrowUp: () => show(shown - 1), PageUp: () => show(shown - 1),
  Home: () => show(0), End: () => show(slides.length - 1),
  n: toggleNotes, f: toggleFull, "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
  // A focused film or button has the space bar for itself.
  if (event.key === " " && event.target.closest("video, button")) return;
  const act = keys[event.key] ?? keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act(event);
}, true);

back.addEventListener("click", () => show(shown - 1));
on.addEventListener("click", () => show(shown + 1));

let from = null;
document.addEventListener("touchstart", (event) => {
  from = event.touches.length === 1 && !event.target.closest("video") ? event.touches[0] : null;
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!from) return;
  const across = event.changedTouches[0].clientX - from.clientX, down = event.changedTouches[0].clientY - from.clientY;
  if (Math.abs(across) > 40 && Math.abs(across) > 1.5 * Math.abs(down)) show(shown + (across < 0 ? 1 : -1));
  from = null;
});

// On paper a film is its poster.
window.addEventListener("beforeprint", () => {
  for (const film of document.querySelectorAll("video:not(.printed)")) {
    const still = Object.assign(new Image(), { src: film.poster, className: "still", alt: "" });
    film.classList.add("printed");
    film.before(still);
  }
});

const asked = () => (parseInt(location.hash.slice(1), 10) || 1) - 1;
window.addEventListener("hashchange", () => show(asked()));
show(asked());
