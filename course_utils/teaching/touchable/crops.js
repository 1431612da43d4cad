// A crop dragged over a picture and its mask, at a scale: what is in it, and how often each class.
const draw = (stage, data, say) => {
  const { size: [tall, wide], crop: [h, w], factors, sizes, classes, colors } = data;
  let [k, top, left] = data.start;
  let labels;

  const slider = el("input", { type: "range", min: 0, max: factors.length - 1, step: 1, value: k, "aria-label": "scale" });
  const [factor, size] = [el("b"), el("span")];
  const room = 5;
  const ring = el("div.cr-ring", { role: "slider", tabindex: 0, "aria-label": "crop", "aria-valuemin": 0, "aria-valuemax": 100 });
  const part = (pixels, all) => pixels / (all + 2 * room) * 100 + "%";
  const photo = el("img", { alt: "", src: data.picture, style: `margin: ${part(room, wide)}; width: ${part(wide, wide)}` });
  const view = el("div.cr-view", {}, photo, ring);
  const panes = ["picture", "mask"].map(name => el("canvas", { width: w, height: h, role: "img", "aria-label": `the crop of the ${name}` }));
  const rows = classes.map((name, n) => {
    const [bar, value] = [el("i"), el("b")];
    const color = el("i.cr-color", { style: `background: rgb(${colors[n]})` });
    return { bar, value, node: el("p.cr-row", {}, color, el("span", {}, name), el("span.cr-bar", {}, bar), value) };
  });
  stage.append(el("div.cr", {},
    el("div", {},
      el("p.cr-head", {}, el("b", {}, "The picture"), " drag the crop"), view,
      el("label.cr-scale", {}, el("span", {}, "scale ", factor, " ", size), slider)),
    el("div", {}, el("p.cr-head", {}, el("b", {}, "The crop"), ` ${h} × ${w} pixels, always`),
      el("div.cr-panes", {}, ...panes), ...rows.map(row => row.node))));

  // The mask's pixel whose middle is nearest to that of pixel n of the resized one.
  const from = (n, old, now) => Math.min(Math.floor((n + 0.5) * old / now), old - 1);
  const at = (y, x, [H, W]) => (y < 0 || x < 0 || y >= H || x >= W ? classes.length - 1 : labels[from(y, tall, H) * wide + from(x, wide, W)]);
  const count = (k, top, left, paint) => {
    const counts = classes.map(() => 0);
    for (let n = 0; n < h * w; n++) {
      const label = at(top + Math.floor(n / w), left + n % w, sizes[k]);
      counts[label]++;
      if (paint) paint(n, label);
    }
    return counts;
  };
  const ends = () => [sizes[k][0] - h, sizes[k][1] - w].map(z => [Math.min(0, z), Math.max(0, z)]);
  const settle = (y, x) => { [top, left] = [y, x].map((z, n) => clamp(Math.round(z), ...ends()[n])); };

  const show = () => {
    const [H, W] = sizes[k];
    const [sy, sx] = [tall / H, wide / W];
    Object.assign(ring.style, {
      top: part(top * sy + room, tall), left: part(left * sx + room, wide), height: part(h * sy, tall), width: part(w * sx, wide),
    });
    factor.textContent = fixed(factors[k], 1);
    size.textContent = `${H} × ${W} pixels`;
    const pen = panes[0].getContext("2d");
    pen.fillStyle = "rgb(124, 116, 104)";
    pen.fillRect(0, 0, w, h);
    pen.drawImage(photo, -left, -top, W, H);
    const pixels = new ImageData(w, h);
    const counts = count(k, top, left, (n, label) => pixels.data.set([...colors[label], 255], n * 4));
    panes[1].getContext("2d").putImageData(pixels, 0, 0);
    counts.forEach((number, n) => {
      rows[n].value.textContent = number.toLocaleString("en");
      rows[n].bar.style.width = number / (h * w) * 100 + "%";
    });
    const text = `Scale ${fixed(factors[k], 1)}, row ${top}, column ${left}: ` + classes.map((name, n) => `${name} ${counts[n]}`).join(", ") + " pixels.";
    const [[low, high]] = ends();
    ring.setAttribute("aria-valuenow", high > low ? Math.round((top - low) / (high - low) * 100) : 0);
    ring.setAttribute("aria-valuetext", `row ${top}, column ${left}`);
    slider.setAttribute("aria-valuetext", `${fixed(factors[k], 1)}`);
    say(text);
  };

  slider.addEventListener("input", () => {
    const [y, x] = [(top + h / 2) / sizes[k][0], (left + w / 2) / sizes[k][1]];
    k = +slider.value;
    settle(y * sizes[k][0] - h / 2, x * sizes[k][1] - w / 2);
    show();
  });
  view.addEventListener("mousedown", event => event.preventDefault());
  ring.addEventListener("pointerdown", event => {
    if (event.button) return;
    const [y, x, first] = [event.clientY, event.clientX, [top, left]];
    const unit = view.getBoundingClientRect().width / (wide + 2 * room) * wide / sizes[k][1];
    const over = new AbortController();
    const on = (kind, act) => window.addEventListener(kind, act, { signal: over.signal });
    ring.setPointerCapture(event.pointerId);
    ring.focus({ preventScroll: true });
    on("pointermove", e => { settle(first[0] + (e.clientY - y) / unit, first[1] + (e.clientX - x) / unit); show(); });
    on("pointerup", () => over.abort());
    on("pointercancel", () => { over.abort(); [top, left] = first; show(); });
  });
  ring.addEventListener("keydown", event => {
    const step = { ArrowUp: [-4, 0], ArrowDown: [4, 0], ArrowLeft: [0, -4], ArrowRight: [0, 4], Home: [-999, -999], End: [999, 999] }[event.key];
    if (!step) return;
    settle(top + step[0], left + step[1]);
    show();
    event.preventDefault();
    event.stopPropagation();
  });

  const load = image => image.decode().then(() => image);
  const mask = new Image();
  mask.src = data.mask;
  Promise.all([load(photo), load(mask)]).then(() => {
    const canvas = el("canvas", { width: wide, height: tall });
    const pen = canvas.getContext("2d");
    pen.drawImage(mask, 0, 0);
    const bytes = pen.getImageData(0, 0, wide, tall).data;
    const far = (color, n) => color.reduce((sum, c, j) => sum + Math.abs(c - bytes[4 * n + j]), 0);
    labels = Array.from({ length: tall * wide }, (_, n) => colors.reduce((best, color, j) => (far(color, n) < far(colors[best], n) ? j : best), 0));
    stage.dataset.agrees = data.checks.every(([k, y, x, ...counts]) => String(count(k, y, x)) === String(counts));
    show();
  });
};

start("crops", draw);
