// The zoo: networks as points, accuracy against a cost that the reader chooses. The front of the
// cost is a stair line; a network that is touched says who beats it.
const SHAPES = ["M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0", "M-5-5H5V5H-5Z", "M0-6.5L6.5 5H-6.5Z", "M0-7L7 0L0 7L-7 0Z"];
const KNOWN = [["parameters", "parameters", "10⁶"], ["multiply_adds", "multiply–adds", "10⁹"], ["milliseconds", "time", "ms"], ["year", "year", ""]];

// A picture of paths in pixels: each a class and what to draw.
const paths = (...pairs) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = pairs.map(([kind, d]) => `<path class="${kind}" d="${d}"/>`).join("");
  return svg;
};

const shape = group => {
  const svg = paths(["", SHAPES[group]]);
  svg.setAttribute("viewBox", "-8 -8 16 16");
  return svg;
};

const amount = x => (Number.isInteger(x) ? String(x) : fixed(x, x >= 100 ? 0 : x >= 10 ? 1 : x >= 1 ? 2 : 3));

const measure = (x, unit) => {
  if (x === null) return "not measured";
  return amount(x) + (unit.startsWith("10") ? "·" : unit && " ") + unit;
};

const ticksOf = (low, high, log) => {
  if (!log) {
    const step = [1, 2, 5, 10, 20, 50].find(s => (high - low) / s <= 7) || 100;
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => (first + k) * step);
  }
  const factors = high / low > 200 ? [1, 3] : [1, 2, 5];
  const all = [];
  for (let power = -6; power < 7; power++) all.push(...factors.map(f => Number(`${f}e${power}`)));
  return all.filter(x => x >= low && x <= high);
};

const meet = (a, b) => a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b;
const box = (x, y, w, h = w) => ({ l: x - w, r: x + w, t: y - h, b: y + h });

// The place of a label: near its point, on no other label, if possible on no point and no line.
const placed = (x, y, w, h, [W, H], labels, points, lines) => {
  let best;
  for (const dx of [-w - 9, 9, -w / 2, -x, W - w - x]) {
    for (let dy = -h / 2 - 90; dy <= 90; dy += 4) {
      const at = { l: x + dx, r: x + dx + w, t: y + dy, b: y + dy + h };
      if (at.l < 0 || at.r > W || at.t < 0 || at.b > H || labels.some(other => meet(at, other))) continue;
      at.x = clamp(x, at.l, at.r);
      at.y = clamp(y, at.t, at.b);
      at.far = Math.hypot(at.x - x, at.y - y);
      at.cost = at.far + (dx > 0 ? 4 : 0);
      for (const point of points) if (meet(at, point)) at.cost += point.front ? 120 : 30;
      for (const line of lines) if (meet(at, line)) at.cost += 25;
      if (!best || at.cost < best.cost) best = at;
    }
  }
  return best;
};

const draw = (stage, data, say) => {
  const nets = data.networks;
  const fields = KNOWN.map(([key, label, unit]) => data.axes.find(a => a.key === key) || { key, label, unit, mute: true });
  const beaters = (net, key) => nets.filter(other => other[key] !== null && other[key] <= net[key] &&
    other.top1 >= net.top1 && (other[key] < net[key] || other.top1 > net.top1));
  const on = (net, key) => net[key] !== null && !beaters(net, key).length;
  const front = key => nets.filter(net => on(net, key)).sort((a, b) => a[key] - b[key]);
  const namesOf = list => list.map(net => net.name).join(", ");
  const agrees = data.axes.every(({ key }) => namesOf(front(key)) === data.fronts[key].join(", "));
  let axis, chosen, members, labels = [];

  const radios = data.axes.map(({ key, label }) => {
    const input = el("input", { type: "radio", name: "cost", value: key });
    input.addEventListener("change", () => change(key));
    return el("label", {}, input, el("span", {}, label));
  });
  const form = el("form.zo-axes", { role: "radiogroup", "aria-label": "cost" }, el("b", { "aria-hidden": "true" }, "Cost"), ...radios);
  form.addEventListener("submit", event => event.preventDefault());
  const news = el("p.zo-news");
  const legend = el("p.zo-legend", {}, ...data.groups.map((name, k) => el("span", { style: `--own: var(--c${k})` }, shape(k), name)));

  const corner = el("div.zo-corner");
  const grid = el("div", { "aria-hidden": "true" });
  const over = el("div", { "aria-hidden": "true" });
  const plot = el("div.zo-plot", { role: "group", "aria-label": "networks; arrow keys go from one to the next" }, grid, corner, over);
  const points = nets.map(net => {
    const point = el("button.zo-point", { type: "button", style: `--own: var(--c${net.group})` }, shape(net.group));
    plot.append(point);
    return point;
  });
  const title = el("p.zo-title");
  const name = el("p.zo-name");
  const list = el("dl.zo-list");
  const why = el("p.zo-why");
  stage.append(form, news, legend, el("p.zo-title", {}, "↑ top-1 accuracy, %"), plot, title, el("div.zo-card", {}, name, list, why));
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p.zo-wrong", { role: "alert" }, "This page does not find the fronts that Python found."));

  const bottom = Math.min(...nets.map(net => net.top1)) - 3;
  const top = Math.max(...nets.map(net => net.top1)) + 3;
  const up = y => ((top - y) / (top - bottom)) * 100;
  let across;

  const change = key => {
    const before = members;
    axis = data.axes.find(a => a.key === key);
    members = front(key);
    const scale = axis.log ? Math.log10 : x => x;
    const all = nets.map(net => net[key]).filter(x => x !== null);
    const [low, high] = [scale(Math.min(...all)), scale(Math.max(...all))];
    const margin = (high - low) * 0.05;
    across = x => ((scale(x) - low + margin) / (high - low + 2 * margin)) * 100;
    const back = x => (axis.log ? 10 ** x : x);
    grid.replaceChildren(
      ...ticksOf(back(low - margin), back(high + margin), axis.log).map(x => el("span.zo-x", { style: `left: ${across(x)}%` }, amount(x))),
      ...ticksOf(bottom, top, false).map(y => el("span.zo-y", { style: `top: ${up(y)}%` }, amount(y))));
    title.textContent = `${axis.label}${axis.unit && ", " + axis.unit}${axis.log ? " (log scale)" : ""} →`;
    points.forEach((point, k) => {
      const net = nets[k];
      point.hidden = net[key] === null;
      point.classList.toggle("zo-front", members.includes(net));
      if (point.hidden) return;
      point.style.left = across(net[key]) + "%";
      point.style.top = up(net.top1) + "%";
    });
    radios.forEach(label => { label.firstChild.checked = label.firstChild.value === key; });
    const lost = nets.length - all.length;
    const change = before && [["New", members.filter(net => !before.includes(net))], ["No longer", before.filter(net => !members.includes(net))]];
    news.textContent = `On the front: ${members.length} of ${all.length}.` +
      (change || []).map(([word, who]) => (who.length ? ` ${word}: ${namesOf(who)}.` : "")).join("") +
      (lost ? ` Left out, because this was not measured: ${lost}.` : "");
    if (before) say(news.textContent);
    arrange();
    choose(chosen);
  };

  const spot = net => [across(net[axis.key]) * plot.clientWidth / 100, up(net.top1) * plot.clientHeight / 100];

  // The stair line and the labels of the front, once the plot has a size.
  const arrange = () => {
    const size = [plot.clientWidth, plot.clientHeight];
    if (!size[0]) return;
    labels = [];
    const dots = nets.filter(net => net[axis.key] !== null).map(net => ({ ...box(...spot(net), 7), front: members.includes(net) }));
    const lines = [];
    let stair = "";
    members.map(spot).forEach(([x, y], k, all) => {
      const [next, below] = [(all[k + 1] || size)[0], k ? all[k - 1][1] : size[1]];
      stair += `${k ? "L" : "M"}${x} ${below}V${y}H${next}`;
      lines.push({ l: x - 1, r: x + 1, t: y, b: below }, { l: x, r: next, t: y - 1, b: y + 1 });
    });
    let leads = "";
    over.replaceChildren();
    for (const net of members) leads += tag(net, size, dots, lines);
    over.prepend(paths(["zo-stair", stair], ["zo-lead", leads]));
    arrange.last = [size, dots, lines];
  };

  const tag = (net, size, dots, lines, kind = "") => {
    const node = el("span.zo-tag" + kind, {}, net.name);
    over.append(node);
    const [x, y] = spot(net);
    const at = placed(x, y, node.offsetWidth, node.offsetHeight, size, labels.map(label => label.at), dots, lines);
    if (!at) { node.remove(); return ""; }
    node.style.left = at.l + "px";
    node.style.top = at.t + "px";
    labels.push({ net, node, at });
    return at.far > 13 ? `M${x} ${y}L${at.x} ${at.y}` : "";
  };

  const row = ({ key, label, unit, mute }, net) => {
    const many = net[key] === null ? [] : beaters(net, key);
    const mark = mute || net[key] === null ? "" : many.length ? `beaten by ${many.length}` : "on the front";
    const kind = "dd" + (key === axis.key ? ".zo-now" : "");
    return el("div", {}, el("dt", {}, label), el(kind, {}, el("b", {}, measure(net[key], unit)), el(many.length ? "span" : "span.zo-good", {}, mark)));
  };

  const described = net => `${net.name}: top-1 accuracy ${fixed(net.top1, 1)} %, ` +
    fields.map(({ key, label, unit }) => `${label} ${measure(net[key], unit)}`).join(", ") + `, pictures of ${net.side} px`;

  const choose = net => {
    chosen = net;
    const here = net[axis.key] !== null;
    const many = here ? beaters(net, axis.key) : [];
    const stop = here ? net : members[0];
    points.forEach((point, k) => {
      point.tabIndex = nets[k] === stop ? 0 : -1;
      point.classList.toggle("zo-chosen", nets[k] === net);
      point.classList.toggle("zo-beats", many.includes(nets[k]));
    });
    corner.hidden = !here;
    if (here) {
      corner.style.width = across(net[axis.key]) + "%";
      corner.style.height = up(net.top1) + "%";
    }
    labels = labels.filter(({ node }) => !node.classList.contains("zo-extra") || node.remove());
    if (here && !members.includes(net) && arrange.last) tag(net, ...arrange.last, ".zo-extra");
    for (const label of labels) label.node.classList.toggle("zo-bold", label.net === net);
    name.replaceChildren(el("b", { style: `--own: var(--c${net.group})` }, shape(net.group), net.name), el("span", {}, `${net.family}, ${data.groups[net.group]}`));
    const plain = (label, text) => el("div", {}, el("dt", {}, label), el("dd", {}, el("b", {}, text)));
    list.replaceChildren(plain("top-1 accuracy", `${fixed(net.top1, 1)} %`), ...fields.map(field => row(field, net)), plain("pictures", `${net.side} px`));
    why.textContent = !here ? "It is not in the picture: this was not measured." : many.length
      ? `In the shaded corner, further left or higher: ${many.length} that ${many.length > 1 ? "beat" : "beats"} it.`
      : "The shaded corner, further left or higher, is empty: it is on the front.";
  };

  const near = (event, reach) => {
    const place = plot.getBoundingClientRect();
    let found;
    nets.forEach((net, k) => {
      if (points[k].hidden) return;
      const [x, y] = spot(net);
      const far = Math.hypot(event.clientX - place.left - x, event.clientY - place.top - y);
      if (far < reach) [found, reach] = [k, far];
    });
    return found;
  };
  plot.addEventListener("pointermove", event => {
    const k = event.pointerType === "mouse" ? near(event, 22) : undefined;
    if (k !== undefined && nets[k] !== chosen) choose(nets[k]);
  });
  plot.addEventListener("click", event => {
    const k = event.detail ? near(event, 40) : points.indexOf(event.target);
    if (k >= 0) points[k].focus({ preventScroll: true });
  });
  plot.addEventListener("focusin", event => {
    const net = nets[points.indexOf(event.target)];
    if (!net) return;
    choose(net);
    say(why.textContent);
  });
  plot.addEventListener("keydown", event => {
    const by = { ArrowLeft: [axis.key, -1], ArrowRight: [axis.key, 1], ArrowDown: ["top1", -1], ArrowUp: ["top1", 1], Home: [axis.key, -99], End: [axis.key, 99] }[event.key];
    if (!by) return;
    const order = nets.filter(net => net[axis.key] !== null).sort((a, b) => a[by[0]] - b[by[0]]);
    const next = order[clamp(order.indexOf(chosen) + by[1], 0, order.length - 1)];
    points[nets.indexOf(next)].focus({ preventScroll: true });
    event.preventDefault();
    event.stopPropagation();
  });

  points.forEach((point, k) => point.setAttribute("aria-label", described(nets[k])));
  const begin = front(data.axes[0].key);
  chosen = nets.find(net => net.name === data.start) || begin[begin.length - 1];
  change(data.axes[0].key);
  new ResizeObserver(() => { arrange(); choose(chosen); }).observe(plot);
};

start("zoo", draw);
