// A residual block of one number: the number is drawn along the curve of what the block gives. Each
// step stands beside it, with the slope; where it is 0 the curve is marked as dead.
const compute = ({ x, first, second, gamma, shortcut, relu }) => {
  const inside = Math.max(first * x, 0);
  const residual = gamma * second * inside;
  const open = first * x > 0;
  const total = residual + (shortcut ? x : 0);
  const inner = open ? gamma * second * first : 0;
  const shut = relu && total <= 0;
  return { inside, residual, total, inner, shut, y: shut ? 0 : total, slope: shut ? 0 : inner + (shortcut ? 1 : 0) };
};

const draw = (stage, data, say) => {
  const state = { ...data.start };
  const agrees = data.checks.every(one => {
    const { y, slope } = compute(one);
    return Math.abs(y - one.y) < 1e-6 && Math.abs(slope - one.slope) < 1e-6;
  });
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p.bl-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const across = x => (x + 4) / 8 * 100;
  const down = y => (8 - y) / 12 * 100;
  const box = el("div.bl-box");
  const picture = el("div.bl-inside", { "aria-hidden": "true" });
  const ring = el("div.bl-ring");
  const mark = (kind, style, text) => el(`span.bl-${kind}`, { style, "aria-hidden": "true" }, text);
  for (const k of [-4, -2, 0, 2, 4]) box.append(mark("x", `left: ${across(k)}%`, fixed(k, 0)));
  for (const k of [0, 4, 8]) box.append(mark("y", `top: ${down(k)}%`, fixed(k, 0)));
  const label = mark("dead", "", "dead: slope 0");
  box.append(picture, ring, label);
  const tell = grab(ring, box, {
    name: "x", step: 0.25, get: () => state.x, range: () => [-4, 4], words: x => fixed(x, 2),
    set: x => { state.x = x; show(); }, pixels: () => box.clientWidth / 8,
  });

  const slider = (name, text, low, high) => {
    const value = el("b");
    const input = el("input", { type: "range", min: low, max: high, step: 0.25, "aria-label": text });
    input.addEventListener("input", () => { state[name] = Number(input.value); show(); });
    const put = () => { input.value = state[name]; value.textContent = fixed(state[name], 2); };
    return { put, row: el("label.bl-slider", {}, el("span", {}, text), input, value) };
  };
  const sliders = [slider("first", "first weight", -2, 2), slider("second", "second weight", -2, 2), slider("gamma", "γ of the last norm", 0, 1)];
  const toggle = (name, text) => {
    const input = el("input", { type: "checkbox" });
    input.checked = state[name];
    input.addEventListener("change", () => { state[name] = input.checked; show(); });
    return el("label.bl-choice", {}, input, text);
  };
  const names = ["x", "relu(first · x)", "F(x) = γ · second · that", "sum", "y", "slope"];
  const values = names.map(() => el("b.bl-value"));
  const titles = names.map(name => el("span", {}, name));
  const verdict = el("p.bl-verdict");
  stage.append(el("div.bl-two", {},
    el("div", {}, el("p.bl-head", {}, el("b", {}, "What the block gives"), el("span", {}, "drag the point")), box,
      el("p.bl-foot", {}, "dashed: the shortcut alone · dotted: F alone")),
    el("div", {}, ...sliders.map(one => one.row), el("p.bl-both", {}, toggle("shortcut", "shortcut"), toggle("relu", "last ReLU")),
      el("div.bl-steps", {}, ...names.map((_, k) => el("p", {}, titles[k], values[k]))), verdict)));

  // Every function here is a line to the left of 0 and a line to the right.
  const path = (kind, f, sides = [-4, 4]) => sides.map(x => `<path class="bl-${kind}" d="M${across(0)} ${down(0)}L${across(x)} ${down(f(x))}"/>`).join("");
  const why = found => {
    if (!state.x) return "At 0 there is a corner; PyTorch takes this slope.";
    if (found.slope) return `Alive: a gradient of 1 comes back as ${fixed(found.slope, 2)}.`;
    if (found.shut && state.shortcut) return "Dead: the last ReLU shuts the layers and the shortcut, too.";
    return "Dead: no gradient comes back.";
  };
  const show = () => {
    const found = compute(state);
    const at = x => compute({ ...state, x });
    const dead = [-4, 4].filter(x => at(x).slope === 0);
    picture.innerHTML = `<svg viewBox="0 0 100 100" preserveAspectRatio="none"><path class="bl-axis" d="M0 ${down(0)}H100M50 0V100"/>` +
      (state.shortcut ? path("short", x => x) : "") + path("res", x => at(x).residual) + path("line", x => at(x).y) +
      path("mark", x => at(x).y, dead) + "</svg>";
    label.hidden = !dead.length;
    label.style.left = dead.length === 2 ? "50%" : across((dead[0] || 0) / 2) + "%";
    label.style.top = down(0) + "%";
    ring.style.left = across(state.x) + "%";
    ring.style.top = clamp(down(found.y), 0, 100) + "%";
    const sign = state.shortcut ? "F(x) + x" : "F(x)";
    titles[3].textContent = sign;
    titles[4].textContent = state.relu ? `y = relu(${sign})` : `y = ${sign}`;
    titles[5].textContent = found.shut ? "slope: the last ReLU is shut" : state.shortcut ? `slope = ${fixed(found.inner, 2)} + 1` : "slope";
    [state.x, found.inside, found.residual, found.total, found.y, found.slope].forEach((v, k) => { values[k].textContent = fixed(v, 2); });
    for (const one of sliders) one.put();
    verdict.textContent = why(found);
    verdict.classList.toggle("bl-off", !found.slope);
    tell();
    say(`x ${fixed(state.x, 2)}: F(x) ${fixed(found.residual, 2)}, y ${fixed(found.y, 2)}, slope ${fixed(found.slope, 2)}. ${verdict.textContent}`);
  };
  show();
};

start("block", draw);
