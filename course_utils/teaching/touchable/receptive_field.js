// What one cell of a map sees: the field by arithmetic, and the heat that was measured, on a picture.
// A letter of the heats is two levels up to 7, or one level up to 12, or a run of zeros.
const unpack = text => [...text].flatMap(letter => {
  const code = letter.charCodeAt();
  const [pair, run] = [code - 35 - (code > 60), code - 104];
  if (code < 93) return [1 + Math.floor(pair / 7), 1 + pair % 7];
  if (run < 1) return code - 92;
  return Array(run > 14 ? 14 * (run - 13) : run).fill(0);
});
const nearest = (list, x) => list.reduce((best, value, k) => (Math.abs(value - x) < Math.abs(list[best] - x) ? k : best), 0);
const plain = x => fixed(x, x % 1 ? 1 : 0);
const percent = part => (part > 0 && part < 0.005 ? "<1" : fixed(part * 100, 0)) + " %";
const square = (kind, x, y, wide) => `<rect class="rf-${kind}" x="${x - wide / 2}" y="${y - wide / 2}" width="${wide}" height="${wide}"/>`;

const draw = (stage, data, say) => {
  const { image, side } = data;
  const stages = data.stages.map(([name, cells, jump, size, start, n, rows, columns, marks, heats]) => {
    const ends = [...rows, ...columns].map(k => start + jump * k);
    const low = Math.min(...ends.map(c => c - size / 2), 0);
    const high = Math.max(...ends.map(c => c + size / 2), side);
    const room = (high - low) * 0.015;
    return { name, cells, jump, size, start, n, rows, columns, marks, levels: unpack(heats), low: low - room, span: high - low + 2 * room };
  });
  let [s, i, j] = data.at;

  const names = stages.map(({ name }, k) => el("label", {},
    el("input", { type: "radio", name: "stage", value: k, ...(k === s ? { checked: "" } : {}) }), el("span", {}, name)));
  const head = el("p.rf-head");
  const dots = el("div.rf-dots");
  const ring = el("div.rf-ring", { role: "slider", tabindex: 0, "aria-label": "cell", "aria-valuemin": 1 });
  const map = el("div.rf-map", {}, dots, ring);
  const [field, picture] = [el("div.rf-field"), el("div.rf-picture")];
  const view = el("div.rf-view", { role: "img" }, field, picture);
  const row = (kind, text) => {
    const value = el("b");
    return [value, el("div.rf-row", {}, el(`span.rf-${kind}`), el("p", {}, text, value))];
  };
  const values = [
    ["square", "can depend on"], ["out", "outside of the picture"], ["cross", "center by arithmetic"],
    ["dot", "centroid of the heat"], ["side", "95 % of the heat within"], ["heat", "measured heat"],
  ].map(([kind, text]) => row(kind, text));
  const form = el("form.rf", {}, el("fieldset", { "aria-label": "stage" }, ...names), view,
    el("div", {}, head, map), el("div.rf-numbers", {}, ...values.map(([, node]) => node)));
  stage.append(form);

  const change = () => {
    const { name, cells, rows, columns } = stages[s];
    head.replaceChildren(el("b", {}, "Map of ", name), ` ${cells}\u00a0×\u00a0${cells}`);
    map.style.setProperty("--cells", cells);
    map.classList.toggle("rf-fine", cells > 20);
    const all = rows.length === cells && columns.length === cells;
    dots.replaceChildren(...(all ? [] : rows.flatMap(y => columns.map(x =>
      el("i", { style: `left: ${(x + 0.5) / cells * 100}%; top: ${(y + 0.5) / cells * 100}%` })))));
    show();
  };

  const show = () => {
    const { name, cells, jump, size, start, n, rows, columns, marks, levels, low, span } = stages[s];
    const [y, x] = [rows[i], columns[j]].map(k => start + jump * k);
    const at = i * columns.length + j;
    const [cx, cy, wide] = marks.slice(at * 3);
    const [block, arm] = [side / n, span * 0.025];
    const inside = c => Math.max(Math.min(c + size / 2, side - 0.5) - Math.max(c - size / 2, -0.5), 0);
    const area = inside(x) * inside(y);
    const heat = levels.slice(at * n * n, (at + 1) * n * n).map((level, k) => (level ?
      `<rect x="${k % n}" y="${Math.floor(k / n)}" width="1" height="1" opacity="${level / 12}"/>` : ""));
    picture.innerHTML = `<svg viewBox="${low} ${low} ${span} ${span}" aria-hidden="true">` +
      `<image href="${image}" x="-.5" y="-.5" width="${side}" height="${side}"/>` +
      `<g class="rf-heat" transform="translate(-.5,-.5)scale(${block})">${heat.join("")}</g><g class="rf-marks">` +
      square("square", x, y, size) + square("side", x, y, wide) +
      `<path d="M${x} ${y}L${cx} ${cy}"/><path class="rf-cross" d="M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}"/>` +
      `<circle cx="${cx}" cy="${cy}" r="${arm * 0.55}"/></g></svg>`;
    const left = c => (c - size / 2 - low) / span * 100 + "%";
    field.style.cssText = `left: ${left(x)}; top: ${left(y)}; width: ${size / span * 100}%`;
    ring.style.cssText = `top: ${(rows[i] + 0.5) / cells * 100}%; left: ${(columns[j] + 0.5) / cells * 100}%`;
    const [outside, seen, far] = [percent(1 - area / (size * size)), percent(area / (side * side)), fixed(Math.hypot(cx - x, cy - y), 0)];
    const [center, centroid] = [[x, y], [cx, cy]].map(([a, b]) => `x ${plain(a)}, y ${plain(b)}`);
    const place = `row ${rows[i]}, column ${columns[j]}`;
    [[`${size} × ${size} pixels`, `holds ${seen} of the picture`], [`${outside} of that`], [center],
      [centroid, far + " pixels away"], [`${wide} × ${wide} pixels`], ["", "linear"],
    ].forEach(([text, more], k) => values[k][0].replaceChildren(text, el("span", {}, more || "")));
    ring.ariaValueMax = rows.length * columns.length;
    ring.ariaValueNow = at + 1;
    ring.ariaValueText = place;
    view.ariaLabel = `${name}, ${place}: it can depend on ${size} by ${size} pixels around ${center}. ${outside} of them lie outside of the picture; ` +
      `it covers ${seen} of the picture. Centroid of the heat: ${centroid}, ${far} pixels from the center. ` +
      `95 % of the heat lie in ${wide} by ${wide} pixels around the center.`;
    say(view.ariaLabel);
  };
  const go = (y, x) => {
    const [a, b] = [clamp(y, 0, stages[s].rows.length - 1), clamp(x, 0, stages[s].columns.length - 1)];
    if (a === i && b === j) return;
    [i, j] = [a, b];
    show();
  };
  const near = (y, x) => go(nearest(stages[s].rows, y), nearest(stages[s].columns, x));

  // A hand on the map takes the cell along; one on the picture goes to the cell whose center is nearest.
  const part = (node, event) => {
    const { left, top, width } = node.getBoundingClientRect();
    return [event.clientY - top, event.clientX - left].map(x => x / width);
  };
  const take = event => near(...part(map, event).map(x => x * stages[s].cells - 0.5));
  const point = event => {
    const { low, span, start, jump } = stages[s];
    near(...part(view, event).map(x => (low + x * span - start) / jump));
  };
  const hold = (node, act, every) => {
    node.addEventListener("mousedown", event => event.preventDefault());
    node.addEventListener("pointerdown", event => {
      if (event.button || !(every || event.pointerType === "mouse")) return;
      const [from, over] = [[i, j], new AbortController()];
      const on = (kind, then) => window.addEventListener(kind, then, { signal: over.signal });
      node.setPointerCapture(event.pointerId);
      ring.focus({ preventScroll: true });
      on("pointermove", act);
      on("pointerup", () => over.abort());
      on("pointercancel", () => { over.abort(); go(...from); });
      act(event);
    });
    node.addEventListener("click", act);
  };
  hold(map, take, true);
  hold(view, point);
  ring.addEventListener("keydown", event => {
    const to = {
      ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1], Home: [0, 0], End: [99, 99],
    }[event.key];
    if (!to) return;
    go(...to);
    event.preventDefault();
    event.stopPropagation();
  });
  form.addEventListener("change", () => {
    const { rows, columns, start, jump } = stages[s];
    const [y, x] = [rows[i], columns[j]].map(k => start + jump * k);
    s = +form.stage.value;
    const to = stages[s];
    [i, j] = [nearest(to.rows, (y - to.start) / to.jump), nearest(to.columns, (x - to.start) / to.jump)];
    change();
  });
  form.addEventListener("submit", event => event.preventDefault());
  change();
};

start("receptive_field", draw);
