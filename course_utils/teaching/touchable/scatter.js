// Scatter and add: each cell adds a copy of the kernel to the output; the padding cuts off the ends.
const scatter = (cells, weights, stride) => {
  const out = Array((cells.length - 1) * stride + weights.length).fill(0);
  cells.forEach((cell, i) => weights.forEach((weight, j) => { out[i * stride + j] += cell * weight; }));
  return out;
};

const draw = (stage, data, say) => {
  const { start } = data;
  let [cells, weights, chosen] = [[...data.cells], [...data.weights], null];
  const whole = x => fixed(x, 0);

  const slider = (name, min, max) => {
    const input = el("input", { type: "range", name, min, max, step: 1, "aria-label": name });
    const value = el("b");
    const node = el("label", {}, el("span", {}, name, " ", value), input);
    input.addEventListener("input", () => { show(); });
    return { input, value, node };
  };
  const sliders = { kernel: slider("kernel", 1, 5), stride: slider("stride", 1, 3), padding: slider("padding", 0, 2) };

  // A number to drag, sideways.
  const numbers = (row, name, low, high) => row.map((_, k) => {
    const box = el("span.sc-grab" + (high > 4 ? ".sc-c" + k : ""));
    const tell = grab(box, box, {
      name: `${name} ${k + 1}`, get: () => row[k], set: x => { row[k] = x; show(); },
      range: () => [low, high], step: 1, pixels: () => 14, words: whole,
    });
    return { box, tell };
  });
  const grabs = { cells: numbers(cells, "cell", 0, 9), weights: numbers(weights, "weight", -4, 4) };

  const [table, sum, size] = [el("div.sc-table"), el("p.sc-sum"), el("p.sc-size")];
  const again = el("button", { type: "button" }, "Start again");
  const set = () => Object.entries(sliders).forEach(([name, { input }]) => { input.value = start[name]; });
  again.addEventListener("click", () => {
    data.cells.forEach((x, k) => { cells[k] = x; });
    data.weights.forEach((x, k) => { weights[k] = x; });
    chosen = null;
    set();
    show();
  });
  const row = el("div.sc-weights", {}, el("b", {}, "Kernel"), ...grabs.weights.map(({ box }) => box), el("span.sc-quiet.sc-hint", {}, "↔ drag a number"));
  stage.append(el("div.sc-controls", {}, ...Object.values(sliders).map(({ node }) => node)), row, table, sum,
    el("div.sc-end", {}, size, again));
  const right = data.checks.every(([k, s, p, values]) => {
    const all = scatter(data.cells, data.weights.slice(0, k), s);
    const kept = all.slice(p, all.length - p);
    return kept.length === values.length && kept.every((x, i) => x === values[i]);
  });
  stage.dataset.agrees = right;
  if (!right) stage.append(el("p.sc-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const show = () => {
    const [k, s, p] = Object.values(sliders).map(({ input, value }) => (value.textContent = input.value) && Number(input.value));
    const used = weights.slice(0, k);
    const out = scatter(cells, used, s);
    const left = Math.max(out.length - 2 * p, 0);
    const cut = i => i < p || i >= out.length - p;
    Object.values(grabs).flat().forEach(({ tell }) => tell());
    grabs.cells.forEach(({ box }, i) => { box.textContent = cells[i]; });
    grabs.weights.forEach(({ box }, i) => {
      box.textContent = whole(weights[i]);
      box.hidden = i >= k;
    });
    if (chosen === null || chosen >= out.length) chosen = Math.min(p + 2, out.length - 1);
    const marked = i => (i === chosen ? ".sc-chosen" : "") + (cut(i) ? ".sc-cut" : "");
    const rows = cells.map((cell, i) => [
      grabs.cells[i].box,
      ...out.map((_, x) => {
        const j = x - i * s;
        const here = j >= 0 && j < k;
        return el("span" + (here ? `.sc-c${i}` : "") + marked(x), {}, here ? whole(cell * used[j]) : "");
      }),
    ]);
    const held = document.activeElement;
    const pixel = held && held.dataset.pixel;
    const totals = out.map((value, x) => {
      const name = cut(x) ? "cut off" : `pixel ${x - p + 1}`;
      const node = el("button.sc-out" + marked(x), { type: "button", "data-pixel": x, "aria-label": `${name}: ${whole(value)}` }, whole(value));
      node.addEventListener("click", () => { chosen = x; show(); });
      return node;
    });
    const copies = out.map((_, x) => el("span.sc-copies" + marked(x), {}, String(cells.filter((_, i) => x - i * s >= 0 && x - i * s < k).length)));
    table.style.setProperty("--columns", out.length);
    table.replaceChildren(...rows.flat(), el("b", {}, "sum"), ...totals, el("span.sc-quiet", {}, "copies"), ...copies);
    if (pixel && totals[pixel]) totals[pixel].focus({ preventScroll: true });
    const terms = cells.map((cell, i) => [cell, used[chosen - i * s]]).filter(pair => pair[1] !== undefined)
      .map(([cell, weight]) => cell + "·" + (weight < 0 ? "(" + whole(weight) + ")" : weight));
    const name = cut(chosen) ? "Cut off" : `Pixel ${chosen - p + 1}`;
    sum.replaceChildren(`${name}: ${terms.length ? terms.join(" + ") : "no copy reaches it"} = `, el("b", {}, whole(out[chosen])));
    size.replaceChildren(el("b", {}, "Size: "), `(4 − 1)·${s} + ${k} − 2·${p} = ${whole((cells.length - 1) * s + k - 2 * p)}`,
      left ? " pixels" : ": nothing is left, and PyTorch raises an error");
    say(`${left} pixels: ${out.slice(p, p + left).map(whole).join(", ")}.`);
  };
  set();
  show();
};

start("scatter", draw);
