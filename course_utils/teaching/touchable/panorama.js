// One picture and the map of one class: three places where positions may belong, boxes, overlaps.
const PLACES = ["stretched", "field", "window"];
const NAMES = { stretched: "stretched", field: "field’s center", window: "window’s middle" };
const whole = part => fixed(part * 100, 0);

const draw = (stage, data, say) => {
  const { width, height, side, step, field, names, things, rows, columns } = data;
  const packed = Array.from(atob(data.bytes), letter => letter.charCodeAt());
  const bytes = packed.flatMap((byte, k) => (packed[k - 1] === 0 ? Array(byte).fill(0) : byte ? byte : []));
  const lengths = { x: [width, columns], y: [height, rows] };
  let { place, threshold, label, at: [i, j] } = data;

  // Where position 0 belongs along an axis, and how far it is to the next.
  const grid = (way, axis) => {
    const [length, cells] = lengths[axis];
    if (way === "stretched") return [length / cells / 2 - 0.5, length / cells];
    return [way === "field" ? field : (side - 1) / 2, step];
  };
  const between = (way, axis) => {
    const [length, cells] = lengths[axis];
    const [first, pace] = grid(way, axis);
    return Array.from({ length }, (_, pixel) => {
      const cell = clamp((pixel - first) / pace, 0, cells - 1);
      const low = Math.min(Math.floor(cell), cells - 2);
      return [low, cell - low];
    });
  };
  const takes = {};
  for (const way of PLACES) takes[way] = [between(way, "y"), between(way, "x")];

  // The scores of a row of pixels: two rows of the map blended, then each pixel of two columns.
  const line = (way, y) => {
    const [down, across] = takes[way];
    const [low, part] = down[y];
    const from = (names.indexOf(label) * rows + low) * columns;
    const mixed = Array.from({ length: columns }, (_, k) =>
      (bytes[from + k] * (1 - part) + bytes[from + columns + k] * part) / 255);
    return across.map(([k, more]) => mixed[k] * (1 - more) + mixed[k + 1] * more);
  };

  // Runs of pixels above the threshold, joined where they touch those of the row above.
  const boxes = way => {
    const [found, least] = [[], threshold - 1e-9];
    const top = k => { while (found[k].of !== k) k = found[k].of; return k; };
    let above = [];
    for (let y = 0; y < height; y += 1) {
      const scores = line(way, y);
      const runs = [];
      for (let x = 0; x < width; x += 1) {
        if (scores[x] < least) continue;
        const start = x;
        while (x < width && scores[x] >= least) x += 1;
        const own = found.length;
        found.push({ of: own, box: [start, y, x, y + 1] });
        for (const [left, right, other] of above) {
          if (left >= x || right <= start) continue;
          const [a, b] = [top(other), top(own)];
          if (a === b) continue;
          const [p, q] = [found[a].box, found[b].box];
          found[a].box = [Math.min(p[0], q[0]), Math.min(p[1], q[1]), Math.max(p[2], q[2]), Math.max(p[3], q[3])];
          found[b].of = a;
        }
        runs.push([start, x, own]);
      }
      above = runs;
    }
    return found.filter(({ of }, k) => of === k).map(({ box }) => box);
  };
  const area = ([a, b, c, d]) => Math.max(c - a, 0) * Math.max(d - b, 0);
  const overlap = (p, q) => {
    const both = area([Math.max(p[0], q[0]), Math.max(p[1], q[1]), Math.min(p[2], q[2]), Math.min(p[3], q[3])]);
    return both / (area(p) + area(q) - both);
  };

  const radios = (name, values, text) => values.map(value =>
    el("label", {}, el("input", { type: "radio", name, value }), el("span", {}, ...text(value))));
  const quality = {};
  const veil = el("canvas", { width: 256, height: Math.round(256 * height / width) });
  const [marks, tags] = [el("div.pn-marks"), el("div.pn-tags")];
  const ring = el("div.pn-ring", { role: "slider", tabindex: 0, "aria-label": "position", "aria-valuemin": 1, "aria-valuemax": rows * columns });
  const view = el("div.pn-view", { role: "group", style: `aspect-ratio: ${width} / ${height}` }, el("img", { src: data.image, alt: "" }), veil, marks, tags, ring);
  const range = el("input", { type: "range", min: 5, max: 99, "aria-label": "threshold" });
  const [level, sum, head] = [el("b"), el("p.pn-sum"), el("p")];
  const bars = names.map(name => {
    const [bar, value] = [el("i"), el("span")];
    return [bar, value, el("div.pn-bar", {}, el("span", {}, name), el("span", {}, bar), value)];
  });
  const key = (kind, text) => el("span", {}, el(`i.pn-${kind}`), text);
  const form = el("form.pn", {},
    el("fieldset.pn-names", { "aria-label": "class" }, ...radios("label", names, name => [name])), view,
    el("p.pn-key", {}, key("true", "true box"), key("box", "found box, with its overlap"), key("window", "a position and its window")),
    el("div", {}, el("label.pn-level", {}, el("span", {}, "threshold ", level), range), sum,
      el("fieldset.pn-places", {}, el("legend", {}, "A position belongs at: (overlap)"), ...radios("place", PLACES, way => {
        quality[way] = el("b");
        return [NAMES[way], quality[way]];
      }))),
    el("div", {}, head, ...bars.map(([, , node]) => node)));
  stage.append(form);

  const at = (x, y) => `left: ${x / width * 100}%; top: ${y / height * 100}%`;
  const rectangle = (kind, [a, b, c, d]) => `<rect class="pn-${kind}" x="${a}" y="${b}" width="${c - a}" height="${d - b}"/>`;
  let [shapes, told] = ["", ""];
  const show = () => {
    const there = things.filter(([name]) => name === label).map(([, box]) => box);
    const found = boxes(place);
    const said = PLACES.map(way => {
      const every = way === place ? found : boxes(way);
      const best = there.map(box => Math.max(0, ...every.map(one => overlap(one, box))));
      const text = best.map(value => fixed(value, 2)).join(", ") || "–";
      quality[way].textContent = text;
      return `${NAMES[way]} ${text}`;
    });
    form.label.value = label;
    form.place.value = place;
    range.value = Math.round(threshold * 100);
    level.textContent = fixed(threshold, 2);
    sum.textContent = `${found.length} found, ${there.length} there`;

    const ink = veil.getContext("2d");
    const shade = ink.createImageData(veil.width, veil.height);
    for (let y = 0; y < veil.height; y += 1) {
      const scores = line(place, Math.min(Math.floor((y + 0.5) * height / veil.height), height - 1));
      for (let x = 0; x < veil.width; x += 1) {
        shade.data[(y * veil.width + x) * 4 + 3] = 190 * (1 - scores[Math.floor((x + 0.5) * width / veil.width)]);
      }
    }
    ink.putImageData(shade, 0, 0);
    shapes = there.map(box => rectangle("true", box)).join("") + found.map(box => rectangle("box", box)).join("");
    tags.replaceChildren(...found.map(box => el(box[1] > 60 ? "span.pn-over" : "span", { style: at(box[0], box[1]) },
      fixed(Math.max(0, ...there.map(other => overlap(box, other))), 2))));
    told = `${label}, threshold ${fixed(threshold, 2)}, ${NAMES[place]}: ${sum.textContent}. Overlap: ${said.join("; ")}.`;
    point();
  };

  const point = () => {
    const [[x0, dx], [y0, dy]] = [grid(place, "x"), grid(place, "y")];
    const [x, y] = [x0 + dx * j + 0.5, y0 + dy * i + 0.5];
    const dots = Array.from({ length: rows * columns }, (_, k) => `M${x0 + dx * (k % columns) + 0.5} ${y0 + dy * Math.floor(k / columns) + 0.5}h0`);
    marks.innerHTML = `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true"><path class="pn-dots" d="${dots.join("")}"/>${shapes}` +
      rectangle("window", [step * j, step * i, step * j + side, step * i + side]) + "</svg>";
    ring.style.cssText = at(x, y);
    const values = names.map((_, c) => bytes[(c * rows + i) * columns + j] / 255);
    bars.forEach(([bar, value, node], c) => {
      bar.style.width = values[c] * 100 + "%";
      value.textContent = whole(values[c]) + " %";
      node.classList.toggle("pn-now", names[c] === label);
    });
    const spot = `row ${i}, column ${j}`;
    head.replaceChildren("Window of ", el("b", {}, spot));
    ring.ariaValueNow = i * columns + j + 1;
    ring.ariaValueText = spot;
    const each = names.map((name, c) => `${name} ${whole(values[c])} %`);
    view.ariaLabel = `${told} R${spot.slice(1)}: ${each.join(", ")}.`;
    say(view.ariaLabel);
  };

  const go = (y, x) => { [i, j] = [clamp(Math.round(y), 0, rows - 1), clamp(Math.round(x), 0, columns - 1)]; point(); };
  const take = event => {
    const box = view.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width * width - 0.5, (event.clientY - box.top) / box.height * height - 0.5];
    const [[x0, dx], [y0, dy]] = [grid(place, "x"), grid(place, "y")];
    go((y - y0) / dy, (x - x0) / dx);
  };
  view.addEventListener("pointermove", take);
  view.addEventListener("click", take);
  ring.addEventListener("keydown", event => {
    const to = { ArrowUp: [i - 1, j], ArrowDown: [i + 1, j], ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1], Home: [0, 0], End: [99, 99] }[event.key];
    if (!to) return;
    go(...to);
    event.preventDefault();
    event.stopPropagation();
  });
  range.addEventListener("input", () => { threshold = range.value / 100; show(); });
  form.addEventListener("change", () => {
    [label, place] = [form.label.value, form.place.value];
    show();
  });
  show();
};

start("panorama", draw);
