// The learning rate: loss and accuracy over the epochs for one rate, among recorded trainings, and
// the final accuracy over all rates, on whose logarithmic axis the rate is drawn along.
const rateText = x => {
  if (x >= 1e-4 && x < 1e6) return String(x);
  return short(x, 1).replace(".0·", "·").replace(/^1·/, "");
};

// Lines and bands in a box of 100 by 100.
const lines = (...pairs) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.innerHTML = pairs.map(([kind, d]) => `<path class="lr-${kind}" d="${d}"/>`).join("");
  return svg;
};

const along = points => points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

const draw = (stage, data, say) => {
  const { rates, runs, seeds, chance } = data;
  const epochs = runs[0].loss.length;
  const last = runs.map(({ accuracy, low, high }) => [accuracy, low, high].map(list => list[epochs - 1]));
  const best = last.reduce((b, [mean], k) => (mean > last[b][0] ? k : b), 0);
  const floor = Math.min(chance, ...runs.flatMap(run => run.low));
  const bottom = Math.floor(floor * 10 - 0.2) / 10;
  const usual = runs.map(run => run.loss[0]).filter(loss => loss !== null).sort((a, b) => a - b);
  const most = Math.min(Math.max(...runs.flatMap(run => run.loss)), usual[usual.length >> 1] * 2) * 1.05;
  const logs = rates.map(Math.log10);
  const [from, to] = [logs[0], logs[logs.length - 1]];
  const up = a => (1 - (a - bottom) / (1.02 - bottom)) * 100;
  const down = loss => Math.max(1 - loss / most, -99) * 100;
  const over = epoch => (epochs > 1 ? epoch / (epochs - 1) : 0.5) * 100;
  const across = k => ((logs[k] - from) / (to - from)) * 100;
  const path = (list, y) => along(list.flatMap((value, k) => (value === null ? [] : [[over(k), y(value)]])));
  const band = (low, high, x) => along([...low.map((v, k) => [x(k), up(v)]), ...high.map((v, k) => [x(k), up(v)]).reverse()]) + "Z";
  const chanceLine = ["chance", `M0 ${up(chance)}H100`];
  let now;

  const mark = (kind, style, text) => el(`span.lr-${kind}`, { style }, text);
  const chart = (title, low, high, y, xs) => {
    const inside = el("div.lr-inside", { "aria-hidden": "true" });
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 50, 100].find(s => (high - low) / s <= 6) || high;
    const ticks = [];
    for (let v = Math.ceil(low / step - 1e-6); v * step <= high; v++) ticks.push(mark("y", `top: ${y(v * step)}%`, fixed(v * step, step < 1 ? 1 : 0)));
    const plot = el("div.lr-plot", {}, ...ticks, ...xs, inside);
    const value = el("span.lr-value");
    return { inside, plot, value, all: el("div", {}, el("p.lr-head", {}, el("b", {}, title), " ", value), plot) };
  };
  const marks = [...new Set([1, Math.round((epochs + 1) / 2), epochs])].map(e => mark("x", `left: ${over(e - 1)}%`, e === epochs ? `epoch ${e}` : String(e)));
  const powers = [];
  for (let p = Math.ceil(from - 1e-6); p <= to + 1e-6; p++) powers.push(mark("x", `left: ${((p - from) / (to - from)) * 100}%`, rateText(Number(`1e${p}`))));
  const loss = chart("Training loss", 0, most, down, marks);
  const accuracy = chart("Validation accuracy", bottom, 1, up, marks.map(node => node.cloneNode(true)));
  const final = chart(`Accuracy after ${epochs} epochs`, bottom, 1, up, powers);
  const input = el("input", { type: "range", min: from, max: to, step: "any", "aria-label": "learning rate" });
  const shown = el("b.lr-rate");
  const dot = el("div.lr-dot");
  const stem = el("div.lr-stem");
  final.plot.append(stem, dot);
  const verdict = el("p.lr-verdict");
  stage.append(
    el("p.lr-head", {}, el("span", {}, "learning rate "), shown),
    el("div.lr-two", {}, loss.all, accuracy.all),
    verdict,
    final.all, el("div.lr-slide", {}, input),
    el("p.lr-foot", {}, "learning rate (log scale) · lines: mean of ", String(seeds), " seeds · bands: lowest to highest seed · dotted: chance"));

  const tops = last.map(([mean], k) => [across(k), up(mean)]);
  final.inside.append(lines(
    ["band", band(runs.map((_, k) => last[k][1]), runs.map((_, k) => last[k][2]), across)],
    chanceLine, ["line", along(tops)], ["dots", tops.map(([x, y]) => `M${x} ${y}h0`).join("")]));

  const judge = () => {
    const [, low, high] = last[now];
    const lost = runs[now].loss.indexOf(null);
    const silent = " PyTorch raises no error.";
    const top = `those of ${rateText(rates[best])}, the highest mean.`;
    if (lost >= 0) return `Too large: from epoch ${lost + 1} the loss is not a number.` + silent;
    if (now === best) {
      const near = rates.filter((_, k) => k !== best && last[k][2] >= last[best][1]).map(rateText);
      return "The highest mean. " + (near.length ? `But seeds of ${near.join(", ")} overlap with it.` : "Every seed of the others ends below it.");
    }
    if (high >= last[best][1]) return "Its seeds overlap with " + top;
    const size = now < best ? "Too small: it learns too slowly." : `Too large: it learns ${low <= chance ? "nothing" : "less"}.`;
    return size + (low <= chance ? " Chance lies within the spread of its seeds." : " Every seed ends below " + top) + silent;
  };

  const show = k => {
    now = k;
    const run = runs[k];
    const [mean, low, high] = last[k];
    const others = (key, y) => runs.map(other => ["other", path(other[key], y)]);
    const lost = run.loss.indexOf(null);
    loss.inside.replaceChildren(lines(...others("loss", down), ["loss", path(run.loss, down)]));
    const highest = Math.max(...run.loss);
    if (highest > most) loss.inside.append(mark("high", "", `↑ up to ${short(highest, 1)}`));
    if (lost >= 0) loss.inside.append(mark("lost", `left: ${lost ? over(lost - 1) : 0}%`, "not a number"));
    accuracy.inside.replaceChildren(lines(["band", band(run.low, run.high, over)], ...others("accuracy", up), chanceLine, ["line", path(run.accuracy, up)]));
    const write = x => (x === null ? "not a number" : x < 100 ? fixed(x, 2) : short(x, 2));
    const fell = `${write(run.loss[0])} → ${write(run.loss[epochs - 1])}`;
    const reached = `${fixed(mean, 2)} (${fixed(low, 2)} to ${fixed(high, 2)})`;
    loss.value.textContent = fell;
    accuracy.value.textContent = final.value.textContent = reached;
    shown.textContent = rateText(rates[k]);
    verdict.textContent = judge();
    dot.style.left = stem.style.left = across(k) + "%";
    dot.style.top = up(mean) + "%";
    input.value = logs[k];
    input.setAttribute("aria-valuetext", rateText(rates[k]));
    say(`Rate ${rateText(rates[k])}. Training loss ${fell}. Accuracy ${reached}, chance ${fixed(chance, 2)}. ${verdict.textContent}`);
  };

  const nearest = log => logs.reduce((b, l, k) => (Math.abs(l - log) < Math.abs(logs[b] - log) ? k : b), 0);
  // A hand on the chart or on the slider goes to the nearest rate; a key, or a screen reader, one
  // rate further or to the end.
  let held = false;
  const take = event => {
    const place = final.inside.getBoundingClientRect();
    const k = nearest(from + (event.clientX - place.left) / place.width * (to - from));
    if (k !== now) show(k);
  };
  for (const zone of [final.plot, input]) {
    zone.classList.add("touch-zone");
    zone.addEventListener("mousedown", event => event.preventDefault());
    zone.addEventListener("pointerdown", event => {
      if (event.button) return;
      const before = now;
      const over = new AbortController();
      const on = (kind, act) => window.addEventListener(kind, act, { signal: over.signal });
      const end = () => { over.abort(); held = false; };
      held = true;
      input.focus({ preventScroll: true });
      zone.setPointerCapture(event.pointerId);
      on("pointermove", take);
      on("pointerup", end);
      on("pointercancel", () => { end(); show(before); });
    });
    zone.addEventListener("click", take);
  }
  input.addEventListener("input", () => {
    const log = Number(input.value);
    show(held ? now : log <= from || log >= to ? nearest(log) : clamp(now + Math.sign(log - logs[now]), 0, logs.length - 1));
  });
  show(data.start === undefined ? best : data.start);
};

start("learning_rate", draw);
