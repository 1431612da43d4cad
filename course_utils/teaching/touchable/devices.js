// The time of a training step on several devices: computing, sending, waiting for messages.
const draw = (stage, data, say) => {
  const { batches, wires, most } = data;
  const sum = parts => parts.reduce((a, b) => a + b, 0);
  const parts = (n, size, bits) => [
    size / data.pictures_per_second / n,
    2 * (n - 1) / n * 32 * data.parameters / bits,
    2 * (n - 1) * data.latency];
  const agrees = data.checks.every(([n, size, bits, seconds]) => Math.abs(sum(parts(n, size, bits)) / seconds - 1) < 1e-5);
  const count = x => String(x).replace(/\B(?=(\d{3})+$)/g, ",");
  let [n, batch, wire] = data.start;

  const svg = el("div", { "aria-hidden": "true" });
  const ring = el("div.de-ring");
  const plot = el("div.de-plot", {}, svg, ring);
  const top = Math.log2(most);
  const x = devices => 30 + 300 * Math.log2(devices) / top;
  const y = times => 176 - 164 * (Math.log2(Math.max(times, 0.25)) + 2) / (top + 2);
  const times = (devices, place = wire) => sum(parts(1, batches[batch], wires[place][1])) / sum(parts(devices, batches[batch], wires[place][1]));
  const all = Array.from({ length: most }, (_, k) => k + 1);
  const path = place => "M" + all.map(devices => `${x(devices).toFixed(1)} ${y(times(devices, place)).toFixed(1)}`).join("L");
  const label = (left, up, kind, words) => `<text x="${left}" y="${up}" class="de-${kind}">${words}</text>`;

  const told = devices => `${devices} ${devices === 1 ? "device" : "devices"}`;
  const tell = grab(ring, plot, {
    name: "devices, as a power of 2", step: 0.01, words: () => told(n),
    get: () => Math.log2(n), range: () => [0, top], pixels: () => plot.clientWidth * 300 / 340 / top,
    set: power => { n = clamp(Math.round(2 ** power), 1, most); show(); },
  });
  // A key goes one device further, a page key ten.
  ring.addEventListener("keydown", event => {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
    if (!(event.key in steps)) return;
    n = clamp(n + steps[event.key], 1, most);
    show();
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  const slide = (name, last) => el("input", { type: "range", min: 0, max: last, step: 1, "aria-label": name });
  const [sizes, lines] = [slide("batch of all devices", batches.length - 1), slide("wire", wires.length - 1)];
  const [shownSize, shownLine, head] = [el("b"), el("b"), el("b.de-head")];
  const [cost, where] = [el("p.de-cost"), el("p.de-where")];
  const pieces = [0, 1, 2].map(k => el(`span.de-piece.de-k${k}`));
  const names = ["computing", "sending", "waiting"];
  const keys = names.map((name, k) => el("span", {}, el(`i.de-key.de-k${k}`), name + " ", el("b")));
  stage.append(
    el("p", {}, head), el("p.de-foot", {}, "times as fast as one device ↑, devices → (by doubling; dotted: as many times; gray: other wires)"), plot,
    el("div.de-slides", {}, el("label", {}, "batch of all devices ", shownSize, sizes), el("label", {}, "wire ", shownLine, lines)),
    cost, el("div.de-bar", { "aria-hidden": "true" }, ...pieces), el("p.de-keys", {}, ...keys), where);
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p", { role: "alert" }, "This page does not compute what Python computed."));

  const time = s => short(s * 1000, s < 0.01 ? 2 : 1) + " ms";
  const show = () => {
    const [size, [name, bits]] = [batches[batch], wires[wire]];
    const spent = parts(n, size, bits);
    const [step, alone] = [sum(spent), sum(parts(1, size, bits))];
    const fastest = all.reduce((best, devices) => times(devices) > times(best) * (1 + 1e-12) ? devices : best, 1);
    const half = all.filter(devices => times(devices) >= devices / 2).pop();
    head.textContent = `${told(n)}: ${fixed(alone / step, 2)} times as fast as one`;
    shownSize.textContent = count(size);
    shownLine.textContent = name;
    cost.textContent = `A step takes ${time(step)} instead of ${time(alone)}.`;
    pieces.forEach((piece, k) => { piece.style.width = spent[k] / Math.max(step, alone) * 100 + "%"; });
    keys.forEach((key, k) => { key.querySelector("b").textContent = spent[k] ? time(spent[k]) : "0 ms"; });
    where.textContent = fastest === 1 ? "On this wire every further device makes the step slower than one alone."
      : `The step is shortest with ${fastest} of at most ${most} devices. Up to ${half}, each does at least half of what it would do alone.`;
    svg.innerHTML = `<svg viewBox="0 0 340 212"><path class="de-axis" d="M30 ${y(most)}V176H330"/>` +
      `<path class="de-ideal" d="M${x(1)} ${y(1)}L${x(most)} ${y(most)}"/>` +
      wires.map((_, k) => `<path class="de-line${k === wire ? " de-own" : ""}" d="${path(k)}"/>`).join("") +
      [1, 2, 4, 8, 16, 32, 64, 128].filter(k => k <= most).map(k => label(x(k), 194, "x", k) + (k % 3 === 2 || k < 2 || k === most ? label(24, y(k) + 4, "y", k) : "")).join("") + "</svg>";
    ring.style.left = x(n) / 3.4 + "%";
    ring.style.top = y(times(n)) / 2.12 + "%";
    sizes.value = batch;
    sizes.setAttribute("aria-valuetext", count(size));
    lines.value = wire;
    lines.setAttribute("aria-valuetext", name);
    tell();
    say(`${head.textContent}. ${cost.textContent} ${names.map((what, k) => `${what} ${keys[k].querySelector("b").textContent}`).join(", ")}. ${where.textContent}`);
  };
  sizes.addEventListener("input", () => { batch = Number(sizes.value); show(); });
  lines.addEventListener("input", () => { wire = Number(lines.value); show(); });
  show();
};

start("devices", draw);
