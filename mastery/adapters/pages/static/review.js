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
  slider.addEventListener("input", () => { score.value = Number(slider.value).toFixed(2); ask(); });
  score.addEventListener("input", () => { slider.value = score.value.replace(",", "."); ask(); });
  form.elements.purpose.addEventListener("change", ask);
}
