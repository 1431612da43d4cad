// Convolution: a window slides over a grid of numbers, or a picture; nine products make one value.
// The form holds the state: what the window is on, stride, padding, the kernel's name.
const NINE = [...Array(9).keys()].map(k => [Math.floor(k / 3), k % 3]);
const near = (a, b) => Math.abs(a - b) < 1e-4 * (1 + Math.abs(b));
const number = (x, digits = 2) => fixed(x, near(x, Math.round(x)) ? 0 : digits);
const within = ({ height, width }, y, x) => y >= 0 && x >= 0 && y < height && x < width;
const on = (node, kind, act) => node.addEventListener(kind, act);
const at = (map, y, x) => (within(map, y, x) ? map.values[y * map.width + x] : 0);
const lookAt = (map, top, left) => NINE.map(([y, x]) => at(map, top + y, left + x));

const convolve = (input, weights, stride, padding) => {
  const [height, width] = [input.height, input.width].map(n => Math.floor((n + 2 * padding - 3) / stride) + 1);
  const values = Array.from({ length: height * width }, (_, k) =>
    lookAt(input, Math.floor(k / width) * stride - padding, (k % width) * stride - padding)
      .reduce((sum, pixel, i) => sum + pixel * weights[i], 0));
  return { height, width, values };
};

// Whether this page computes what PyTorch computed.
const agrees = (inputs, kernels, checks) => checks.every(([on, kernel, stride, padding, height, width, values]) => {
  const found = convolve(inputs[on], kernels[kernel].slice(1), stride, padding);
  return found.height === height && found.width === width && values.every((value, k) =>
    (value.length ? near(found.values[value[0]], value[1]) : near(found.values[k], value)));
});

const draw = (stage, data, say) => {
  const { grid, kernels, picture, checks } = data;
  const codes = [...(picture.letters || atob(picture.gray))].map(letter => letter.charCodeAt());
  const inputs = {
    grid: { height: grid.length, width: grid[0].length, values: grid.flat() },
    picture: { ...picture, values: picture.letters ? codes.map(code => code * 4 - 252) : codes },
  };
  let weights, input, output, stride, padding, row, column;

  const choice = (name, ...values) => el("fieldset", {}, el("legend", {}, name), ...values.map((value, k) =>
    el("label", {}, el("input", { type: "radio", name, value, ...(k ? {} : { checked: "" }) }), el("span", {}, value))));
  const field = (...over) => {
    const body = el("div.cv-body", { role: "img" });
    return { head: el("p"), body, zone: el("div.cv-zone", {}, body, ...over) };
  };
  const [under, right] = [el("div.cv-out"), el("div.cv-out")];
  const win = el("div.cv-window", { role: "slider", tabindex: 0, "aria-label": "window", "aria-valuemin": 1 });
  const mark = el("div.cv-mark");
  const [from, to] = [field(under, right, win), field(mark)];
  const [terms, sum, size, range] = [el("div.cv-terms"), el("p.cv-sum"), el("p.cv-size"), el("p.cv-quiet.cv-range")];
  const buttons = NINE.map(() => el("button", { type: "button" }));
  const again = el("button", { type: "button" }, "Start again");
  const select = el("select", { "aria-label": "kernel" },
    ...kernels.map(([name]) => el("option", {}, name)), el("option", { hidden: "" }, "your own"));
  const form = el("form.cv", {},
    el("div.cv-controls", {}, choice("On", "numbers", "picture"), again,
      choice("Stride", 1, 2, 3), choice("Padding", 0, 1, 2)),
    el("div.cv-from", {}, from.head, from.zone),
    el("div.cv-kernel", {}, el("p", {}, el("b", {}, "Kernel")), el("div.cv-weights", {}, ...buttons),
      el("p.cv-quiet", {}, "tap a weight, or:"), select),
    el("div.cv-to", {}, to.head, to.zone, range),
    terms, el("div.cv-sums", {}, sum, size));
  stage.append(form);
  stage.dataset.agrees = agrees(inputs, kernels, checks);
  if (stage.dataset.agrees !== "true") stage.append(el("p.cv-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const numbers = () => input === inputs.grid;
  const tint = (node, value, most) => {
    node.className = value < 0 ? "cv-minus" : "cv-plus";
    node.style.setProperty("--part", (Math.abs(value) / most) * 40 + "%");
    return node;
  };

  // A map as cells with numbers, or as pixels; around it the border of zeros.
  const paint = ({ head, body }, name, map, border, cell, gray) => {
    const { height, width, values } = map;
    const [rows, columns] = [height + 2 * border, width + 2 * border];
    const canvas = el("canvas", { width: columns, height: rows });
    const pixels = new ImageData(columns, rows);
    const cells = [];
    for (let k = 0; k < rows * columns; k++) {
      const [y, x] = [Math.floor(k / columns) - border, (k % columns) - border];
      const value = at(map, y, x);
      const shade = gray(value);
      if (numbers()) cells.push(cell(el(within(map, y, x) ? "span" : "span.cv-zero", {}, number(value, 1)), value));
      else pixels.data.set([shade, shade, shade, 255], k * 4);
    }
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    body.replaceChildren(...(numbers() ? cells : [canvas]));
    body.style.cssText = `--rows: ${rows}; --columns: ${columns}`;
    const sides = ` ${height} × ${width}`;
    body.setAttribute("aria-label", name + sides + (numbers() ? ": " + values.map(value => number(value)).join(" ") : ""));
    head.replaceChildren(el("b", {}, name), sides, border ? " + zeros" : "");
  };

  const put = (node, ...box) =>
    ["top", "left", "height", "width"].forEach((side, k) => { node.style[side] = `calc(var(--u)*${box[k]})`; });

  const arithmetic = n => {
    const exact = (n + 2 * padding - 3) / stride + 1;
    const down = exact % 1 ? ` ${stride > 2 ? "≈" : "="} ${fixed(exact, stride - 1)}, rounded down:` : " =";
    return `(${n} + 2·${padding} − 3) / ${stride} + 1${down} ${Math.floor(exact)}`;
  };

  // Anything but the window's place has changed.
  const change = () => {
    const corner = [row, column].map(n => n * stride - padding || 0);
    input = form.On.value === "picture" ? inputs.picture : inputs.grid;
    stride = +form.Stride.value;
    padding = +form.Padding.value;
    output = convolve(input, weights, stride, padding);
    const sides = [input.height, input.width];
    const [tall, wide] = sides.map(n => n + 2 * padding);
    const [low, far] = [tall, wide].map(n => (n - 3) % stride);
    const most = Math.max(...output.values.map(Math.abs)) || 1;
    form.classList.toggle("cv-pixels", !numbers());
    form.style.setProperty("--cells", Math.max(tall, wide));
    paint(from, "Input", input, padding, node => node, value => value);
    paint(to, "Output", output, 0, (node, value) => tint(node, value, most), value => 127.5 * (1 + value / most));
    range.textContent = numbers() ? "" : `black ${number(-most)}, gray 0, white ${number(most)}`;
    buttons.forEach((button, k) => {
      button.textContent = number(weights[k]);
      button.ariaLabel = `weight, row ${NINE[k][0] + 1}, column ${NINE[k][1] + 1}: ${number(weights[k])}`;
      tint(button, weights[k], 2);
    });
    win.replaceChildren(...weights.map(weight => tint(el("span", {}, padding ? "" : "×" + number(weight)), weight, 2)));
    put(under, tall - low, 0, low, wide);
    put(right, 0, wide - far, tall - low, far);
    const out = [[low, "row"], [far, "column"]].filter(([n]) => n).map(([n, name]) => `the last ${n > 1 ? n + " " + name + "s" : name}`);
    size.replaceChildren(el("b", {}, "Output size: "), [...new Set(sides.map(arithmetic))].join("; "), ".",
      el("span.cv-quiet", {}, out.length ? ` Left over (hatched): ${out.join(" and ")}.` : ""));
    go(...corner.map(n => (n + padding) / stride));
  };

  const go = (y, x) => {
    row = clamp(Math.round(y), 0, output.height - 1);
    column = clamp(Math.round(x), 0, output.width - 1);
    put(win, row * stride, column * stride, 3, 3);
    put(mark, row, column, 1, 1);
    const pixels = lookAt(input, row * stride - padding, column * stride - padding);
    const products = pixels.map((pixel, k) => pixel * weights[k]);
    const value = number(at(output, row, column));
    terms.replaceChildren(...pixels.map((pixel, k) => {
      const weight = weights[k] < 0 ? `(${number(weights[k])})` : number(weights[k]);
      return el(products[k] ? "span" : "span.cv-quiet", { style: `--gray: rgb(${pixel},${pixel},${pixel})` }, `${number(pixel)}·${weight}`);
    }));
    const signs = products.map((product, k) => (k ? (product < 0 ? " − " : " + ") + number(Math.abs(product)) : number(product)));
    sum.replaceChildren(`= ${signs.join("")} =\u00a0`, el("b", {}, value));
    const place = `row ${row + 1}, column ${column + 1}: ${value}`;
    win.ariaValueMax = output.values.length;
    win.ariaValueNow = row * output.width + column + 1;
    win.ariaValueText = place;
    say(`Output ${output.height} by ${output.width}; ${place}.`);
  };

  // The window follows a hand on the input or on the output; `middle` and `step` count cells.
  const follow = ({ zone, body }, middle, step) => {
    let held = {};
    const cells = x => x / (body.clientWidth / body.style.getPropertyValue("--columns"));
    const point = event => {
      const { left, top } = body.getBoundingClientRect();
      go(...[event.clientY - top, event.clientX - left].map(x => (cells(x) - middle) / step()));
    };
    on(zone, "mousedown", event => event.preventDefault());
    on(zone, "pointerdown", event => {
      if (event.button) return;
      held = { row, column, x: event.clientX, y: event.clientY, own: win.contains(event.target), on: true };
      zone.setPointerCapture(event.pointerId);
      win.focus({ preventScroll: true });
    });
    on(zone, "pointermove", event => {
      held.moved = true;
      if (held.on && held.own) go(held.row + cells(event.clientY - held.y) / step(), held.column + cells(event.clientX - held.x) / step());
      else if (held.on || (event.pointerType === "mouse" && !numbers())) point(event);
    });
    on(zone, "pointerup", event => {
      if (held.on && !(held.own && (held.moved || numbers()))) point(event);
      held.on = false;
    });
    on(zone, "pointercancel", () => { held.on = false; go(held.row, held.column); });
  };
  follow(from, 1.5, () => stride);
  follow(to, 0.5, () => 1);

  on(win, "keydown", event => {
    const to = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [0, 0], End: [output.height, output.width],
    }[event.key];
    if (!to) return;
    go(...to);
    event.preventDefault();
    event.stopPropagation();
  });

  const named = () => { weights = kernels[select.selectedIndex].slice(1); change(); };
  buttons.forEach((button, k) => {
    const weigh = weight => {
      weights[k] = weight;
      const known = kernels.findIndex(kernel => weights.every((w, i) => w === kernel[i + 1]));
      select.selectedIndex = known < 0 ? kernels.length : known;
      change();
    };
    on(button, "click", () => weigh(weights[k] < 2 ? Math.floor(weights[k]) + 1 : -2));
    on(button, "keydown", event => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      weigh(clamp(Math.round(weights[k]) + step, -2, 2));
      event.preventDefault();
    });
  });
  on(form, "change", event => (event.target === select ? named() : change()));
  on(form, "submit", event => event.preventDefault());
  on(again, "click", () => { form.reset(); row = column = 0; named(); });
  named();
};

start("convolution", draw);
