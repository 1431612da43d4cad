// A kernel of four weights, stride 2, padding 1: what becomes of a constant, a ramp and a picture.
const twice = (cells, weights) => {
  const out = Array(2 * cells.length + 2).fill(0);
  cells.forEach((cell, i) => weights.forEach((weight, j) => { out[2 * i + j] += cell * weight; }));
  return out.slice(1, -1);
};
const turn = rows => rows[0].map((_, x) => rows.map(row => row[x]));
const enlarge = (rows, weights) => turn(turn(rows.map(row => twice(row, weights))).map(row => twice(row, weights)));
const total = row => row.reduce((sum, x) => sum + x, 0);
const same = pair => Math.abs(pair[0] - pair[1]) < 1e-9;
const near = (a, b) => Math.abs(a - b) < 1e-3 * (1 + Math.abs(b));

const draw = (stage, data, say) => {
  const { kernels, picture, checks } = data;
  const bytes = [...atob(picture.gray)].map(letter => letter.charCodeAt());
  const gray = [...Array(picture.side).keys()].map(y => bytes.slice(y * picture.side, (y + 1) * picture.side));
  const [ones, ramp] = [Array(5).fill(1), [0, 1, 2, 3, 4]];
  const NS = "http://www.w3.org/2000/svg";

  const sliders = [0, 1, 2, 3].map(k => {
    const input = el("input", { type: "range", min: -0.5, max: 1.5, step: 0.05, "aria-label": `weight ${k}` });
    const value = el("b");
    input.addEventListener("input", () => { own(); show(); });
    return { input, value, node: el(`label.ck-k${k % 2}`, {}, el("span", {}, `place ${k}`), input, value) };
  });
  const select = el("select", { "aria-label": "kernel" }, ...kernels.map(({ name }) => el("option", {}, name)), el("option", { hidden: "" }, "your own"));
  const own = () => {
    const now = sliders.map(({ input }) => Number(input.value));
    const known = kernels.findIndex(({ weights }) => weights.every((w, k) => near(w, now[k])));
    select.selectedIndex = known < 0 ? kernels.length : known;
  };
  const named = () => {
    const { weights } = kernels[select.selectedIndex];
    sliders.forEach(({ input }, k) => { input.value = weights[k]; });
    show();
  };
  select.addEventListener("change", named);

  const cells = [0, 1].map(() => [0, 1].map(() => el("b")));
  const head = ["", "sum", "place · weight"].map(name => el("span", {}, name));
  const names = ["places 0, 2", "places 1, 3"].map((name, k) => el(`span.ck-k${k}`, {}, name));
  const table = el("div.ck-table", {}, ...head, names[0], ...cells[0], names[1], ...cells[1]);
  const lines = [el("p"), el("p")];
  const charts = ["Of ones", "Of the ramp 0 1 2 3 4"].map((name, k) => {
    const svg = document.createElementNS(NS, "svg");
    svg.setAttribute("viewBox", "0 0 300 96");
    svg.setAttribute("role", "img");
    return { svg, node: el("div.ck-chart", {}, el("p", {}, el("b", {}, name)), svg, lines[k]) };
  });
  const side = 2 * picture.side - 4;
  const canvas = el("canvas", { width: side, height: side, role: "img", "aria-label": "the picture, doubled" });
  stage.append(el("div.ck", {},
    el("div", {}, el("p.ck-pick", {}, el("b", {}, "Kernel "), select), ...sliders.map(({ node }) => node), table),
    el("div.ck-picture", {}, canvas), ...charts.map(({ node }) => node)));

  const right = kernels.every(({ weights }, k) => {
    const large = enlarge(gray, weights);
    return twice(ramp, weights).every((x, i) => near(x, checks[k].ramp[i])) && checks[k].some.every(([y, x, value]) => near(large[y][x], value));
  });
  stage.dataset.agrees = right;
  if (!right) stage.append(el("p.ck-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const plot = ({ svg }, values, least, most) => {
    const [low, high] = [Math.min(least, ...values), Math.max(most, ...values)];
    const points = values.map((value, k) => [15 + k * 270 / (values.length - 1), 86 - 76 * (value - low) / (high - low)]);
    const make = (tag, given) => {
      const node = document.createElementNS(NS, tag);
      Object.entries(given).forEach(([name, value]) => node.setAttribute(name, value));
      return node;
    };
    svg.replaceChildren(
      make("path", { d: "M" + points.map(([x, y]) => `${fixed(x, 1)} ${fixed(y, 1)}`).join("L"), class: "ck-line" }),
      ...points.map(([cx, cy], k) => make("circle", { cx, cy, r: 5, class: `ck-k${k % 2}` })));
    svg.setAttribute("aria-label", values.map(x => fixed(x, 2)).join(" "));
  };

  const show = () => {
    const weights = sliders.map(({ input }) => Number(input.value));
    sliders.forEach(({ value }, k) => { value.textContent = fixed(weights[k], 2); });
    const sums = [0, 1].map(kind => total(weights.filter((_, k) => k % 2 === kind)));
    const moments = [0, 1].map(kind => total(weights.map((w, k) => (k % 2 === kind ? k * w : 0))));
    const [even, straight] = [same(sums), same(sums) && same(moments)];
    [0, 1].forEach(kind => [sums, moments].forEach((pair, k) => { cells[kind][k].textContent = fixed(pair[kind], 2); }));
    table.classList.toggle("ck-uneven", !even);
    table.classList.toggle("ck-bent", !same(moments));
    const [flat, line] = [twice(ones, weights), twice(ramp, weights)];
    plot(charts[0], flat.slice(1, -1), 0, 1.2);
    plot(charts[1], line.slice(1, -1), 0, 4);
    lines[0].textContent = even ? "Sums equal: even, away from the border." : "Sums differ: a pattern on nothing.";
    lines[1].textContent = straight ? "A straight line, away from the border." : even ? "The sums are equal, the moments differ: uneven steps." : "Uneven steps.";
    const large = enlarge(gray, weights).slice(2, -2).flatMap(row => row.slice(2, -2));
    const pixels = new ImageData(side, side);
    large.forEach((value, k) => pixels.data.set([value, value, value, 255], 4 * k));
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    say(`Sums ${sums.map(x => fixed(x, 2)).join(" and ")}, moments ${moments.map(x => fixed(x, 2)).join(" and ")}. ${lines[0].textContent} ${lines[1].textContent}`);
  };
  select.selectedIndex = data.start;
  named();
};

start("checkerboard", draw);
