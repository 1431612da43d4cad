// The ladder of cardinality: a point in the plane of groups and their channels, the line of
// constant cost, and what the chosen block and network cost.
const draw = (stage, data, say) => {
  const { channels, groups, width, budget, rungs, names } = data;
  const last = groups.length - 1;
  const top = Math.log2(width);
  const blockParts = (g, d) => [channels * g * d, 9 * g * d * d, channels * g * d];
  const sum = parts => parts.reduce((a, b) => a + b);
  const whole = (parts, g, d) => parts[0] + parts[1] * g * d + parts[2] * g * d * d;
  const onBudget = g => (Math.sqrt((channels * g) ** 2 + 9 * g * budget) - channels * g) / (9 * g);
  const across = g => (Math.log2(g) / last) * 100;
  const up = d => (1 - Math.log2(d) / top) * 100;
  const rungAt = (g, d) => rungs.find(rung => rung.groups === g && rung.width === d);
  // The published width, or the whole width that comes closest to the budget.
  const closest = g => {
    const known = rungs.find(rung => rung.groups === g);
    const exact = Math.max(Math.floor(onBudget(g)), 1);
    const off = d => Math.abs(sum(blockParts(g, d)) - budget);
    return known ? known.width : off(exact) <= off(exact + 1) ? exact : exact + 1;
  };
  const agrees = data.checks.every(([g, d, ...counted]) =>
    [sum(blockParts(g, d)), whole(data.parameters, g, d), whole(data.multiply_adds, g, d)].every((n, k) => n === counted[k]));
  stage.dataset.agrees = agrees;

  const put = (kind, x, y, ...inside) => el(kind, { style: `left:${x}%;top:${y}%` }, ...inside);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  const points = [...Array(last * 8 + 1).keys()].map(k => 2 ** (k / 8)).filter(g => onBudget(g) >= 1);
  const path = points.map(g => across(g).toFixed(2) + " " + up(onBudget(g)).toFixed(2)).join("L");
  svg.innerHTML = `<path d="M${path}"/>`;
  const dot = el("span.la-dot");
  const inside = el("div.la-inside", { "aria-hidden": "true" }, svg,
    ...rungs.map(rung => put("span.la-rung", across(rung.groups), up(rung.width), el("span", {}, fixed(rung.errors[0], 1)))),
    put("span.la-side", 100, 0, "dearer"), put("span.la-side.la-low", 0, 100, "cheaper"), dot);
  const plot = el("div.la-plot", {},
    ...groups.map(g => put("span.la-x", across(g), 100, String(g))),
    ...[1, 4, 16, 64].filter(d => d <= width).map(d => put("span.la-y", 0, up(d), String(d))), inside);
  const slide = (name, max) => el("input", { type: "range", min: 0, max, step: 1, "aria-label": name });
  const [many, wide] = [slide("groups", last), slide("channels of a group", width - 1)];
  const [shownMany, shownWide] = [el("b"), el("b")];
  const back = el("button", { type: "button" }, "To the line");
  const [name, middle, cost, net, paper] = ["b.la-name", "span.la-middle", "span.la-cost", "p.la-net", "p.la-paper"].map(kind => el(kind));
  const pieces = ["1×1", "3×3", "1×1"].map((label, k) => el(`span.la-piece.la-k${k}`, {}, label));
  const limit = el("span.la-budget");
  stage.append(el("p", {}, name, middle),
    el("p.la-foot", {}, "channels of a group ↑, groups →"), plot,
    el("div.la-slides", {}, el("label", {}, "groups ", shownMany, many), el("label", {}, "channels of a group ", shownWide, wide), back),
    el("p", {}, "Weights of the block ", cost), el("div.la-bar", { "aria-hidden": "true" }, ...pieces, limit),
    net, paper, el("p.la-foot", {}, "blue line, and dotted: as many weights as 1×64d · dots: the paper's networks with 50 layers, and their error in %"));

  const count = n => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  let g, d;
  const show = (newG, newD) => {
    g = newG;
    d = newD;
    const title = `${g}×${d}d`;
    const parts = blockParts(g, d);
    const ratio = sum(parts) / budget;
    const rung = rungAt(g, d);
    const known = names[title];
    const near = Math.abs(ratio - 1) < 0.03;
    const errors = rung && rung.errors.map(error => fixed(error, 1));
    name.textContent = title;
    middle.textContent = `${known ? known + " · " : ""}${count(g * d)} channels in the middle`;
    cost.textContent = `${count(sum(parts))} = ${fixed(ratio, 2)} times those of 1×64d`;
    // A bar beyond twice the budget keeps its shares and fills all.
    pieces.forEach((piece, k) => { piece.style.width = (parts[k] / budget / Math.max(ratio, 2)) * 100 + "%"; });
    limit.style.left = 100 / Math.max(ratio, 2) + "%";
    net.textContent = `50 layers: ${fixed(whole(data.parameters, g, d) / 1e6, 2)} million parameters, ${fixed(whole(data.multiply_adds, g, d) / 1e9, 2)}·10⁹ multiply–adds`;
    paper.textContent = errors ? `The paper's error: ${errors[0]} % with 50 layers, ${errors[1]} % with 101.`
      : `${near ? "At this cost, t" : "T"}he paper's table 3 has no such network.`;
    dot.style.left = across(g) + "%";
    dot.style.top = up(d) + "%";
    many.value = groups.indexOf(g);
    wide.value = d - 1;
    many.setAttribute("aria-valuetext", String(g));
    wide.setAttribute("aria-valuetext", String(d));
    shownMany.textContent = g;
    shownWide.textContent = d;
    back.disabled = d === closest(g);
    say(`${title}. ${middle.textContent}. ${cost.textContent}. ${net.textContent}. ${paper.textContent}`);
  };
  // Who stands on the line keeps to it with the groups, and leaves it with the channels.
  many.addEventListener("input", () => show(groups[many.value], back.disabled ? closest(groups[many.value]) : d));
  wide.addEventListener("input", () => show(g, Number(wide.value) + 1));
  back.addEventListener("click", () => { show(g, closest(g)); many.focus({ preventScroll: true }); });

  // A hand near the line keeps to it.
  const take = event => {
    const box = inside.getBoundingClientRect();
    const x = clamp((event.clientX - box.left) / box.width, 0, 1);
    const y = clamp(1 - (event.clientY - box.top) / box.height, 0, 1);
    const newG = groups[Math.round(x * last)];
    const line = closest(newG);
    const newD = Math.abs(Math.log2(line) / top - y) < 0.06 ? line : clamp(Math.round(2 ** (y * top)), 1, width);
    if (newG !== g || newD !== d) show(newG, newD);
  };
  dot.addEventListener("pointerdown", event => {
    if (event.button) return;
    const before = [g, d];
    const over = new AbortController();
    const on = (kind, act) => window.addEventListener(kind, act, { signal: over.signal });
    many.focus({ preventScroll: true });
    dot.setPointerCapture(event.pointerId);
    on("pointermove", take);
    on("pointerup", () => over.abort());
    on("pointercancel", () => { over.abort(); show(...before); });
  });
  plot.addEventListener("mousedown", event => event.preventDefault());
  inside.addEventListener("click", event => { if (event.target !== dot) take(event); });
  show(rungs[0].groups, rungs[0].width);
};

start("ladder", draw);
