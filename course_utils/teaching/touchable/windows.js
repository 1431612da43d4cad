// Averages of cells over a picture. A state is a window in cells (0 is the whole map), a stride, a row and a column.
const range = (first, last) => `${first} to ${last}`;

const draw = (stage, data, say) => {
  const { images, size, step, names, shown, scale, windows } = data;
  const [rows, columns] = data.map;
  const logits = [...atob(data.logits)].map(letter => (letter.charCodeAt() + scale[0]) / scale[1]);
  let [side, stride, i, j] = data.start;

  const count = n => (side ? Math.floor((n - side) / stride) + 1 : 1);
  const cells = (y, x) => (side ? [[y * stride, side], [x * stride, side]] : [[0, rows], [0, columns]]);
  const chances = (y, x) => {
    const [[top, high], [left, wide]] = cells(y, x);
    const means = names.map((name, c) => {
      let sum = 0;
      for (let k = 0; k < high * wide; k++) sum += logits[(c * rows + top + Math.floor(k / wide)) * columns + left + k % wide];
      return sum / high / wide;
    });
    const powers = means.map(mean => Math.exp(mean - Math.max(...means)));
    const total = powers.reduce((a, b) => a + b);
    return powers.map(power => power / total);
  };
  const agrees = data.checks.every(([state, wanted]) => {
    [side, stride] = state;
    return chances(state[2], state[3]).every((p, c) => Math.abs(p - wanted[c]) < 1e-4);
  });
  [side, stride] = data.start;

  const choice = (name, title, ...options) => el("fieldset", {}, el("legend", {}, title), ...options.map(([value, label, on]) =>
    el("label", {}, el("input", { type: "radio", name, value, ...(on ? { checked: "" } : {}) }), el("span", {}, label))));
  const picture = el("div.wi-picture", { role: "img" });
  const frame = el("div.wi-frame", { role: "slider", tabindex: 0, "aria-label": "answer", "aria-valuemin": 1 });
  const view = el("div.wi-view", {}, picture, frame);
  const [head, text] = [el("p.wi-head"), el("p.wi-text")];
  const bars = names.map(name => {
    const [fill, value] = [el("i"), el("b")];
    return [fill, value, el("div.wi-bar", {}, el("span", {}, name), el("span.wi-well", {}, fill), value)];
  });
  const form = el("form.wi", {}, el("div.wi-choices", {},
    choice("window", "Average over", ...windows.map(n => [n, n ? (n > 1 ? `${n}×${n} cells` : "1 cell") : "all cells", n === side])),
    choice("stride", "Step", ["one", "1 cell", stride === 1], ["side", "its width", stride !== 1])),
    view, head, text, el("div.wi-bars", {}, ...bars.map(([, , node]) => node)));
  stage.append(form);
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const change = () => {
    side = +form.window.value;
    stride = form.stride.value === "one" ? 1 : side || 1;
    let dots = "";
    for (let k = 0; k < count(rows) * count(columns); k++) {
      const [y, x] = [Math.floor(k / count(columns)), k % count(columns)];
      const [[top, high], [left, wide]] = cells(y, x);
      dots += `<circle cx="${(left + wide / 2) * step}" cy="${(top + high / 2) * step}" r="${fixed(2 + 8 * Math.sqrt(chances(y, x)[shown]), 1)}"/>`;
    }
    picture.innerHTML = `<svg viewBox="0 0 ${columns * step} ${rows * step}" aria-hidden="true">` + images.map(([href, x, y, w, h]) => `<image href="${href}" x="${x}" y="${y}" width="${w}" height="${h}" preserveAspectRatio="none"/>`).join("") + dots + "</svg>";
    go(i, j, true);
  };

  const go = (y, x, always) => {
    const to = [clamp(Math.round(y), 0, count(rows) - 1), clamp(Math.round(x), 0, count(columns) - 1)];
    if (!always && to[0] === i && to[1] === j) return;
    [i, j] = to;
    const [[top, high], [left, wide]] = cells(i, j);
    const percent = (part, all) => part / all * 100 + "%";
    frame.style.cssText = `left: ${percent(left, columns)}; top: ${percent(top, rows)}; width: ${percent(wide, columns)}; height: ${percent(high, rows)}; --cells: ${wide}; --rows: ${high}`;
    const found = chances(i, j);
    bars.forEach(([fill, value], c) => {
      fill.style.width = found[c] * 100 + "%";
      value.textContent = share(found[c]);
    });
    const answers = `${count(rows)} × ${count(columns)} answers`;
    const place = `row ${i}, column ${j}`;
    const [x0, x1, y0, y1] = [left * step, (left + wide) * step - 1, top * step, (top + high) * step - 1];
    const window = `its window is x ${range(x0, x1)}, y ${range(y0, y1)}`;
    const parts = `the average of the cells in rows ${range(top, top + high - 1)}, columns ${range(left, left + wide - 1)}`;
    head.replaceChildren(el("b", {}, answers), `, ${stride * step} pixels apart`);
    const below = y1 >= size[1] ? " (partly below the picture)" : "";
    text.replaceChildren(el("b", {}, `Row ${i}, column ${j}`), ": " + parts + "; " + window + below + ".");
    if (!side) head.replaceChildren(el("b", {}, "1 answer"), ", the classifier’s own");
    const shares = names.map((name, c) => name + " " + share(found[c])).join(", ");
    picture.ariaLabel = `${answers}. Row ${i}, column ${j}: ${parts}; ${window}. ${shares}.`;
    frame.ariaValueMax = count(rows) * count(columns);
    frame.ariaValueNow = i * count(columns) + j + 1;
    frame.ariaValueText = place;
    say(picture.ariaLabel);
  };

  // A mouse over the picture, or a finger drawn over it, chooses the answer whose middle is nearest.
  let held;
  const point = event => {
    const box = view.getBoundingClientRect();
    const [y, x] = [(event.clientY - box.top) / box.height * rows, (event.clientX - box.left) / box.width * columns];
    if (side) go((y - side / 2) / stride, (x - side / 2) / stride);
  };
  const on = (kind, act) => view.addEventListener(kind, act);
  on("mousedown", event => event.preventDefault());
  on("pointerdown", event => {
    if (event.button) return;
    held = [i, j];
    view.setPointerCapture(event.pointerId);
    frame.focus({ preventScroll: true });
  });
  on("pointermove", event => { if (held || event.pointerType === "mouse") point(event); });
  on("pointerup", event => { if (held) point(event); held = 0; });
  on("pointercancel", () => { if (held) go(...held); held = 0; });
  frame.addEventListener("keydown", event => {
    const to = {
      ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1], Home: [0, 0], End: [99, 99],
    }[event.key];
    if (!to) return;
    go(...to);
    event.preventDefault();
    event.stopPropagation();
  });
  // Another window or step: the answer whose middle is nearest to the last one's; the whole map's is none.
  let middle;
  form.addEventListener("change", () => {
    if (side || !middle) middle = cells(i, j).map(([first, n]) => first + n / 2);
    side = +form.window.value;
    stride = form.stride.value === "one" ? 1 : side || 1;
    [i, j] = middle.map((at, axis) => clamp(Math.round((at - side / 2) / stride), 0, count([rows, columns][axis]) - 1));
    change();
  });
  form.addEventListener("submit", event => event.preventDefault());
  change();
};

start("windows", draw);
