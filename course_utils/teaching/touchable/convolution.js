// Convolution: a window is drawn over a grid of numbers or a picture; nine products make one value.
// The form holds the state: what is looked at, stride, padding, the kernel's name.
const whole = x => Math.abs(x - Math.round(x)) < 1e-4;
const number = x => fixed(x, whole(x) ? 0 : 2);
const factor = x => (x < 0 ? `(${number(x)})` : number(x));
const outputSide = (n, stride, padding) => Math.floor((n + 2 * padding - 3) / stride) + 1;

const nine = ({ height, width, values }, top, left) =>
  [0, 1, 2].flatMap(i => [0, 1, 2].map(j => {
    const [y, x] = [top + i, left + j];
    return y < 0 || x < 0 || y >= height || x >= width ? 0 : values[y * width + x];
  }));
const dot = (pixels, weights) => pixels.reduce((sum, pixel, k) => sum + pixel * weights[k], 0);

const convolve = (input, weights, stride, padding) => {
  const [height, width] = [input.height, input.width].map(n => outputSide(n, stride, padding));
  const values = Array.from({ length: height * width }, (_, place) => {
    const [row, column] = [Math.floor(place / width), place % width];
    return dot(nine(input, row * stride - padding, column * stride - padding), weights);
  });
  return { height, width, values };
};

// Whether this page computes what PyTorch computed.
const agrees = (inputs, { kernels, checks }) => checks.every(({ on, kernel, stride, padding, shape, values }) => {
  const found = convolve(inputs[on], kernels[kernel].weights.flat(), stride, padding);
  const near = (place, value) => Math.abs(found.values[place] - value) <= 1e-4 * (1 + Math.abs(value));
  return found.height === shape[0] && found.width === shape[1] && values.every((value, place) =>
    value.length ? near(value[0] * shape[1] + value[1], value[2]) : near(place, value));
});

const draw = (stage, data, say) => {
  const { grid, kernels, picture } = data;
  const bytes = Uint8Array.from(atob(picture.gray), letter => letter.charCodeAt());
  const inputs = {
    grid: { height: grid.length, width: grid[0].length, values: grid.flat() },
    picture: { ...picture, values: bytes },
  };
  let weights, input, output, stride, padding, row, column;

  const choice = (title, name, ...options) =>
    el("fieldset", {}, el("legend", {}, title), ...options.map(([value, text], k) =>
      el("label", {}, el("input", { type: "radio", name, value, ...(k ? {} : { checked: "" }) }), el("span", {}, text))));
  const digits = (...values) => values.map(value => [value, value]);
  const select = el("select", { name: "kernel", "aria-label": "kernel" },
    ...kernels.map(({ name }, k) => el("option", { value: k }, name)),
    el("option", { value: -1, hidden: "" }, "your own"));
  const again = el("button", { type: "button" }, "Start again");

  const field = (...more) => {
    const body = el("div.cv-body", { role: "img" });
    return { body, head: el("p"), zone: el("div.cv-zone", {}, body, ...more) };
  };
  const win = el("div.cv-window", { role: "slider", tabindex: 0, "aria-label": "window", "aria-valuemin": 1 });
  const mark = el("div.cv-mark");
  const [below, beside] = [el("div.cv-out"), el("div.cv-out")];
  const from = field(below, beside, win);
  const to = field(mark);
  const buttons = Array.from({ length: 9 }, () => el("button", { type: "button" }));
  const [terms, sum, size] = [el("div.cv-terms"), el("p.cv-sum"), el("p.cv-size")];
  const range = el("p.cv-range");
  const form = el("form.cv", {},
    el("div.cv-controls", {}, choice("On", "on", ["grid", "numbers"], ["picture", "a picture"]),
      choice("Stride", "stride", ...digits(1, 2, 3)), choice("Padding", "padding", ...digits(0, 1, 2)), again),
    el("div.cv-from", {}, from.head, el("div.cv-room", {}, from.zone)),
    el("div.cv-kernel", {}, el("p", {}, el("b", {}, "Kernel")), el("div.cv-weights", {}, ...buttons), select),
    el("div.cv-to", {}, to.head, el("div.cv-room", {}, to.zone), range),
    el("div.cv-nine", {}, terms, sum), size);
  stage.append(form);
  stage.dataset.agrees = agrees(inputs, data);
  if (!agrees(inputs, data)) stage.append(el("p.cv-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const tint = (node, value, most) => {
    node.className = value < 0 ? "cv-minus" : "cv-plus";
    node.style.setProperty("--part", (Math.abs(value) / most) * 40 + "%");
  };

  // A map as cells with numbers, or as pixels; around it the border of zeros.
  const paint = ({ body, head }, title, { height, width, values }, border, shade) => {
    const [rows, columns] = [height + 2 * border, width + 2 * border];
    const nodes = [];
    const pixels = new ImageData(columns, rows);
    for (let place = 0; place < rows * columns; place++) {
      const [y, x] = [Math.floor(place / columns) - border, (place % columns) - border];
      const inside = y >= 0 && x >= 0 && y < height && x < width;
      const value = inside ? values[y * width + x] : 0;
      if (input === inputs.grid) nodes.push(shade(el("span" + (inside ? "" : ".cv-zero"), {}, number(value)), value));
      else pixels.data.set([...Array(3).fill(shade(0, value)), 255], place * 4);
    }
    if (!nodes.length) {
      nodes.push(el("canvas", { width: columns, height: rows }));
      nodes[0].getContext("2d").putImageData(pixels, 0, 0);
    }
    body.replaceChildren(...nodes);
    body.style.cssText = `--rows: ${rows}; --columns: ${columns}; --border: ${border}`;
    const sides = `${height} × ${width}`;
    const lines = Array.from({ length: height }, (_, y) => [...values.slice(y * width, (y + 1) * width)].map(number).join(" "));
    body.setAttribute("aria-label", `${title}, ${sides}${input === inputs.grid ? ": " + lines.join("; ") : ""}`);
    head.replaceChildren(el("b", {}, title), ` ${sides}`, ...(border ? [el("span", {}, ` + border of zeros`)] : []));
  };

  const place = (node, top, left, height, width) => {
    [node.style.top, node.style.left, node.style.height, node.style.width] =
      [top, left, height, width].map(units => `calc(var(--u) * ${units})`);
  };

  const side = n => {
    const exact = (n + 2 * padding - 3) / stride + 1;
    const down = whole(exact) ? "" : `${stride > 2 ? " ≈" : " ="} ${fixed(exact, stride - 1)}, rounded down`;
    return `(${n} + 2·${padding} − 3) / ${stride} + 1${down} = ${Math.floor(exact)}`;
  };

  // Something other than the window's place has changed.
  const change = () => {
    const corner = row === undefined ? [0, 0] : [row, column].map(n => n * stride - padding);
    input = inputs[form.on.value];
    [stride, padding] = [+form.stride.value, +form.padding.value];
    output = convolve(input, weights, stride, padding);
    const { height, width } = input;
    const most = Math.max(...output.values.map(Math.abs)) || 1;
    const numbers = input === inputs.grid;
    form.classList.toggle("cv-pixels", !numbers);
    form.style.setProperty("--cells", Math.max(height, width) + 4);
    paint(from, "Input", input, padding, (node, value) => node || value);
    paint(to, "Output", output, 0, (node, value) => {
      if (node) tint(node, value, most);
      return node || 127.5 + (value / most) * 127.5;
    });
    range.textContent = numbers ? "" : `black ${number(-most)}, gray 0, white ${number(most)}`;
    buttons.forEach((button, k) => {
      button.textContent = number(weights[k]);
      button.setAttribute("aria-label", `weight in row ${Math.floor(k / 3) + 1}, column ${(k % 3) + 1}: ${number(weights[k])}`);
      tint(button, weights[k], 2);
    });
    const [under, right] = [height, width].map(n => (n + 2 * padding - 3) % stride);
    const [tall, wide] = [height + 2 * padding, width + 2 * padding];
    place(below, tall - under, 0, under, wide);
    place(beside, 0, wide - right, tall - under, right);
    const left = (n, name) => (n ? ["the last " + (n > 1 ? `${n} ${name}s` : name)] : []);
    const out = [...left(under, "row"), ...left(right, "column")].join(" and ");
    size.replaceChildren(el("b", {}, "Output size "), [...new Set([height, width].map(side))].join(" and "),
      ...(out ? [el("span", {}, ` Left out, hatched: ${out}.`)] : []));
    go(...corner.map(n => (n + padding) / stride));
  };

  const go = (y, x) => {
    row = clamp(Math.round(y), 0, output.height - 1);
    column = clamp(Math.round(x), 0, output.width - 1);
    place(win, row * stride, column * stride, 3, 3);
    place(mark, row, column, 1, 1);
    const pixels = nine(input, row * stride - padding, column * stride - padding);
    const products = pixels.map((pixel, k) => pixel * weights[k]);
    const value = number(output.values[row * output.width + column]);
    terms.replaceChildren(...pixels.map((pixel, k) =>
      el("span" + (products[k] ? "" : ".cv-nil"), { style: `--gray: rgb(${pixel},${pixel},${pixel})` }, `${number(pixel)}·${factor(weights[k])}`)));
    const signs = products.map((product, k) => (k ? (product < 0 ? " − " : " + ") + number(Math.abs(product)) : number(product)));
    sum.replaceChildren(`= ${signs.join("")} = `, el("b", {}, value));
    const where = `row ${row + 1}, column ${column + 1}`;
    win.setAttribute("aria-valuemax", output.values.length);
    win.setAttribute("aria-valuenow", row * output.width + column + 1);
    win.setAttribute("aria-valuetext", `${where}: ${value}`);
    say(`Output ${output.height} by ${output.width}; ${where}: ${value}.`);
  };

  // The window follows a hand on the input or on the output; `middle` and `step` count cells.
  const follow = ({ zone, body }, middle, step) => {
    let held;
    const unit = () => body.clientWidth / body.style.getPropertyValue("--columns");
    const point = event => {
      const { left, top } = body.getBoundingClientRect();
      go(...[event.clientY - top, event.clientX - left].map(x => (x / unit() - middle) / step()));
    };
    const on = (kind, act) => zone.addEventListener(kind, act);
    on("mousedown", event => event.preventDefault());
    on("pointerdown", event => {
      if (event.button) return;
      held = { event, row, column, own: event.target === win, on: true };
      zone.setPointerCapture(event.pointerId);
      win.focus({ preventScroll: true });
    });
    on("pointermove", event => {
      if (!(held && held.on)) return event.pointerType === "mouse" && input !== inputs.grid && point(event);
      if (!held.own) return point(event);
      const by = (now, then) => (now - then) / unit() / step();
      go(held.row + by(event.clientY, held.event.clientY), held.column + by(event.clientX, held.event.clientX));
    });
    on("pointerup", () => { held.on = false; });
    on("pointercancel", () => { held.on = false; go(held.row, held.column); });
    on("click", event => { if (!held.own) point(event); });
  };
  follow(from, 1.5, () => stride);
  follow(to, 0.5, () => 1);

  win.addEventListener("keydown", event => {
    const ends = { Home: [0, 0], End: [output.height, output.width] };
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.key in steps) go(row + steps[event.key][0], column + steps[event.key][1]);
    else if (event.key in ends) go(...ends[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const named = () => { weights = kernels[select.value].weights.flat(); change(); };
  buttons.forEach((button, k) => {
    const put = weight => {
      weights[k] = weight;
      select.value = kernels.findIndex(kernel => kernel.weights.flat().every((w, i) => w === weights[i]));
      change();
    };
    button.addEventListener("click", () => put(weights[k] < 2 ? Math.floor(weights[k]) + 1 : -2));
    button.addEventListener("keydown", event => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      put(clamp(Math.round(weights[k]) + step, -2, 2));
      event.preventDefault();
    });
  });
  form.addEventListener("change", event => (event.target === select ? named() : change()));
  form.addEventListener("submit", event => event.preventDefault());
  const reset = () => { form.reset(); row = undefined; named(); };
  again.addEventListener("click", reset);
  reset();
};

start("convolution", draw);
