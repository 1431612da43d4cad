// A cell of the coarse map and its scores: over the picture, and beside the enlarged answer.
// Scores come in tenths; the pixels of a cell as class, count, class, count, the most frequent first.
const percent = part => (part < 0.005 ? "<1" : fixed(part * 100, 0)) + " %";

const draw = (stage, data, say) => {
  const { size: [height, width], cell, classes, colors, columns } = data;
  const rows = data.scores.length / columns / classes.length;
  const scores = data.scores.map(tenths => tenths / 10);
  const every = [0, ...scores];
  const [least, most] = [Math.min(...every), Math.max(...every)];
  const across = score => (score - least) / (most - least) * 100;
  let [i, j] = data.at;

  const lines = [...Array(rows - 1).keys()].map(k => `M0 ${(k + 1) * cell}H${width}`)
    .concat([...Array(columns - 1).keys()].map(k => `M${(k + 1) * cell} 0V${height}`)).join("");
  const view = (title, image) => {
    const ring = el("div.cs-ring");
    const node = el("div.cs-view", { style: `aspect-ratio: ${width} / ${height}` });
    node.innerHTML = `<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">` +
      `<image href="${image}" width="${width}" height="${height}" preserveAspectRatio="none"/><path d="${lines}"/></svg>`;
    node.append(ring);
    return [el("div", {}, el("p", {}, title), node), node, ring];
  };
  const views = [view("the picture, in cells", data.image), view("the answer", data.answer)];
  const bars = classes.map((name, k) => {
    const [value, fill] = [el("b"), el("i")];
    return { value, fill, row: el("div.cs-row", {}, el("span.cs-color", { style: "background: " + colors[k] }), el("span", {}, name),
      el("div.cs-track", {}, fill, el("u", { style: `left: ${across(0)}%` })), value) };
  });
  const [head, answered, true_] = ["cs-head", "cs-said", "cs-said"].map(kind => el("p." + kind));
  const ring = views[0][2];
  for (const [name, value] of Object.entries({ role: "slider", tabindex: 0, "aria-label": "cell", "aria-valuemin": 1, "aria-valuemax": rows * columns })) ring.setAttribute(name, value);
  const box = el("div.cs", {}, ...views.map(([node]) => node), el("div.cs-bars", { role: "img" }, head, ...bars.map(({ row }) => row)), el("div.cs-pixels", {}, answered, true_));
  stage.append(box);

  const show = () => {
    const at = i * columns + j;
    const here = scores.slice(at * classes.length, (at + 1) * classes.length);
    const order = [...here.keys()].sort((a, b) => here[b] - here[a] || a - b);
    for (const [, , mark] of views) {
      mark.style.cssText = `left: ${j * cell / width * 100}%; top: ${i * cell / height * 100}%; ` +
        `width: ${Math.min(cell, width - j * cell) / width * 100}%; height: ${Math.min(cell, height - i * cell) / height * 100}%`;
    }
    bars.forEach(({ value, fill, row }, k) => {
      const [from, to] = [0, here[k]].map(across);
      value.textContent = fixed(here[k], 1);
      fill.style.cssText = `left: ${Math.min(from, to)}%; width: ${Math.abs(to - from)}%`;
      row.classList.toggle("cs-best", k === order[0]);
    });
    const place = `row ${i}, column ${j}`;
    head.replaceChildren(el("b", {}, "Scores of the cell"), " " + place);
    const [answer, truth] = data.pixels.map(cells => {
      const pairs = cells[at];
      const total = pairs.reduce((sum, n, k) => sum + (k % 2 ? n : 0), 0);
      return pairs.flatMap((n, k) => (k % 2 ? [] : [(classes[n] || "void") + " " + percent(pairs[k + 1] / total)])).join(", ");
    });
    answered.replaceChildren(el("span", {}, "The network answers in its pixels"), el("b", {}, answer));
    true_.replaceChildren(el("span", {}, "The truth"), el("b", {}, truth));
    ring.ariaValueNow = at + 1;
    ring.ariaValueText = place;
    const ranks = order.map(k => classes[k] + " " + fixed(here[k], 1)).join(", ");
    const text = `${place}: ${ranks}. Of its pixels the network answers ${answer}; the truth is ${truth}.`;
    box.querySelector(".cs-bars").ariaLabel = text;
    say(text);
  };
  const go = (y, x) => {
    const [a, b] = [clamp(y, 0, rows - 1), clamp(x, 0, columns - 1)];
    if (a === i && b === j) return;
    [i, j] = [a, b];
    show();
  };
  // A mouse takes the cell along as it hovers; a finger as it is drawn sideways, or by a tap. One
  // that scrolls the page gives the cell back.
  let from;
  for (const [, node] of views) {
    const take = event => {
      const { left, top, width: wide } = node.getBoundingClientRect();
      const [y, x] = [event.clientY - top, event.clientX - left].map(x => Math.floor(x / wide * width / cell));
      go(y, x);
    };
    node.addEventListener("pointerdown", () => { from = [i, j]; });
    node.addEventListener("pointercancel", () => go(...from));
    node.addEventListener("pointermove", take);
    node.addEventListener("click", take);
    node.addEventListener("mousedown", event => { event.preventDefault(); ring.focus({ preventScroll: true }); });
  }
  ring.addEventListener("keydown", event => {
    const to = {
      ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1], Home: [0, 0], End: [rows, columns],
    }[event.key];
    if (!to) return;
    go(...to);
    event.preventDefault();
    event.stopPropagation();
  });
  show();
};

start("cell_scores", draw);
