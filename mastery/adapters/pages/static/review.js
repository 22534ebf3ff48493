// While somebody scores, the page says what that score would do. Without this, a button asks.
"use strict";

for (const form of document.querySelectorAll("form[data-what-if]")) {
  const place = form.querySelector("[data-would]");
  const score = form.elements.score;
  const slider = form.querySelector("[data-slider]");
  let asked = 0;
  let waiting = 0;

  const ask = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const mine = ++asked;
      fetch(form.dataset.whatIf, { method: "POST", credentials: "same-origin", body: new URLSearchParams(new FormData(form)) })
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
        .then((text) => { if (mine === asked) place.innerHTML = text; })
        .catch(() => {}); // what was said before stands, and the button asks again
    }, 150);
  };

  slider.hidden = false;
  slider.addEventListener("input", () => { form.elements.points.value = form.elements.maximum.value = ""; score.value = Number(slider.value).toFixed(2); ask(); });
  score.addEventListener("input", () => { slider.value = score.value.replace(",", "."); ask(); });
  for (const name of ["points", "maximum"]) {
    form.elements[name].addEventListener("input", () => {
      const part = Number(form.elements.points.value.replace(",", ".")) / Number(form.elements.maximum.value.replace(",", "."));
      if (form.elements.maximum.value && part >= 0 && part <= 1) { score.value = part.toFixed(2); slider.value = part; }
      ask();
    });
  }
  form.elements.purpose.addEventListener("change", ask);
}
