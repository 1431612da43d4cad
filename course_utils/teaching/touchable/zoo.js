// The zoo: networks as points, accuracy against a cost that the reader chooses. The front of the
// cost is a stair line; the network that is touched shows by how many it is beaten, and where.
const SHAPES = ["M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0", "M-5-5H5V5H-5Z", "M0-6.5L6.5 5H-6.5Z", "M0-7L7 0L0 7L-7 0Z"];

const paths = (view, ...pairs) => {
  const holder = el("div");
  const drawn = pairs.map(([kind, d]) => `<path class="${kind}" d="${d}"/>`);
  holder.innerHTML = `<svg aria-hidden="true" ${view}>${drawn.join("")}</svg>`;
  return holder.firstChild;
};
const shape = group => paths('viewBox="-8 -8 16 16"', ["", SHAPES[group]]);

const amount = x => (Number.isInteger(x) ? String(x) : fixed(x, x >= 100 ? 0 : x >= 10 ? 1 : x >= 1 ? 2 : 3));
const measure = (x, unit) => (x === null ? "not measured" : amount(x) + (unit.startsWith("10") ? "·" : unit && " ") + unit);

const ticksOf = (low, high, log) => {
  const all = [];
  const step = high - low > 15 ? 5 : 2;
  if (log) for (let power = -6; power < 7; power++) all.push(Number("1e" + power), Number("3e" + power));
  else for (let x = 0; x <= high; x += step) all.push(x);
  return all.filter(x => x >= low && x <= high);
};

const meet = (a, b) => a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b;

const gap = ([x, y], box) => Math.hypot(clamp(x, box.l, box.r) - x, clamp(y, box.t, box.b) - y);

// The place of a label: near its point on no other label, and if possible on no point and no line, and
// nearer to no other point: else a line leads to its own.
const placed = ([x, y], w, h, [W, H], labels, things) => {
  let best;
  for (const dx of [-w - 9, 9, -w / 2, -x, W - w - x]) {
    for (let dy = -h / 2 - 88; dy < 88; dy += 4) {
      const at = { l: x + dx, r: x + dx + w, t: y + dy, b: y + dy + h };
      if (at.l < -1 || at.r > W + 1 || at.t < 0 || at.b > H || labels.some(label => meet(at, label))) continue;
      at.end = [clamp(x, at.l, at.r), clamp(y, at.t, at.b)];
      at.far = gap([x, y], at);
      const rivals = things.filter(({ spot }) => spot && gap(spot, at) < at.far - 1).length;
      at.lead = at.far > 13 || rivals;
      at.cost = things.reduce((sum, thing) => sum + (meet(at, thing) ? thing.cost : 0), at.far + rivals * 60 + (dx === 9 && dy < 0 ? 15 : 0));
      if (!best || at.cost < best.cost) best = at;
    }
  }
  return best;
};

const draw = (stage, data, say) => {
  const columns = Object.entries(data.networks);
  const nets = data.networks.name.map((_, k) => Object.fromEntries(columns.map(([key, list]) => [key, list[k]])));
  const beaters = (net, key) => nets.filter(other => other[key] !== null && other[key] <= net[key] &&
    other.top1 >= net.top1 && (other[key] < net[key] || other.top1 > net.top1));
  const sorted = key => nets.filter(net => net[key] !== null).sort((a, b) => a[key] - b[key]);
  const frontOf = key => sorted(key).filter(net => !beaters(net, key).length);
  const namesOf = list => list.map(net => net.name).join(", ");
  const own = net => ({ style: `--own: var(--c${net.group})` });
  const agrees = data.axes.every(({ key }) => namesOf(frontOf(key)) === data.fronts[key].join(", "));
  let axis, across, front, chosen, room, things, labels;

  const radios = data.axes.map(({ key }) => el("input", { type: "radio", name: "cost", value: key }));
  const form = el("form.zo-axes", { "aria-label": "cost" },
    ...radios.map((radio, k) => el("label", {}, radio, el("span", {}, data.axes[k].label))));
  const grid = el("div", { "aria-hidden": "true" });
  const corner = el("div.zo-corner");
  const over = el("div", { "aria-hidden": "true" });
  const facts = net => [["top-1 accuracy", fixed(net.top1, 1) + " %"], ...data.axes.map(({ key, label, unit }) => [label, measure(net[key], unit), key])];
  const about = net => `${net.family}, ${net.year}, pictures of ${net.side} px`;
  const points = nets.map(net => el("button.zo-point", { type: "button", ...own(net),
    "aria-label": [net.name, about(net), ...facts(net).map(fact => fact[0] + " " + fact[1])].join(", ") }, shape(net.group)));
  const plot = el("div.zo-plot", { role: "group", "aria-label": "networks; arrow keys go from one to the next" }, grid, corner, over, ...points);
  const title = el("p.zo-title");
  const news = el("p.zo-news");
  const card = el("div.zo-card");
  stage.append(form,
    el("p.zo-legend", {}, ...data.groups.map((name, group) => el("span", own({ group }), shape(group), name))),
    el("p.zo-title", {}, "↑ top-1 accuracy, %"), plot, title, news, card);
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p.zo-wrong", { role: "alert" }, "This page does not find the fronts that Python found."));

  const accuracies = nets.map(net => net.top1);
  const [bottom, top] = [Math.min(...accuracies) - 3, Math.max(...accuracies) + 3];
  const up = y => (top - y) / (top - bottom);
  const spot = net => [across(net[axis.key]) * room[0], up(net.top1) * room[1]];

  const tag = (net, kind) => {
    const node = el("span.zo-tag." + kind, {}, net.name);
    over.append(node);
    const at = placed(spot(net), node.offsetWidth, node.offsetHeight, room, labels, things);
    if (!at) return node.remove();
    [node.style.left, node.style.top] = [at.l + "px", at.t + "px"];
    labels.push({ ...at, net, node });
  };

  // The stair line and the labels of the front, once the plot has a size.
  const arrange = () => {
    room = [plot.clientWidth, plot.clientHeight];
    labels = [];
    over.replaceChildren();
    things = sorted(axis.key).map(net => {
      const [x, y] = spot(net);
      return { l: x - 7, r: x + 7, t: y - 7, b: y + 7, spot: [x, y], cost: front.includes(net) ? 120 : 30 };
    });
    let stair = "";
    front.map(spot).forEach(([x, y], k, all) => {
      const [next, below] = [(all[k + 1] || room)[0], k ? all[k - 1][1] : room[1]];
      stair += `${k ? "L" : "M"}${x} ${below}V${y}H${next}`;
      things.push({ l: x - 1, r: x + 1, t: y, b: below, cost: 40 }, { l: x, r: next, t: y - 1, b: y + 1, cost: 40 });
    });
    if (room[0]) for (const net of front) tag(net, "zo-first");
    const leads = labels.map(({ net, end, lead }) => (lead ? `M${spot(net)}L${end}` : "")).join("");
    over.prepend(paths("", ["zo-stair", stair], ["zo-lead", leads]));
    choose(chosen);
  };

  const row = (net, [label, text, key]) => {
    const count = beaters(net, key).length;
    const mark = !key || net[key] === null ? "" : count ? "beaten by " + count : "on the front";
    return el("div", {}, el("dt", {}, label), el("dd", {}, el("b", {}, text)), el(count ? "dd" : "dd.zo-good", {}, mark));
  };

  const choose = net => {
    chosen = net;
    const here = net[axis.key] !== null;
    const many = here ? beaters(net, axis.key) : [];
    points.forEach((point, k) => {
      point.tabIndex = nets[k] === (here ? net : front[0]) ? 0 : -1;
      point.classList.toggle("zo-chosen", nets[k] === net);
      point.classList.toggle("zo-beats", many.includes(nets[k]));
    });
    corner.style.width = (here && across(net[axis.key]) * 100) + "%";
    corner.style.height = up(net.top1) * 100 + "%";
    labels = labels.filter(({ node }) => node.classList.contains("zo-first") || node.remove());
    if (here && room[0] && !front.includes(net)) tag(net, "zo-extra");
    for (const label of labels) label.node.classList.toggle("zo-bold", label.net === net);
    const why = el("p.zo-why", {}, !here ? "Not in the picture."
      : !many.length ? "The shaded corner is empty: nobody beats it."
      : many.length === 1 ? "The one in the shaded corner beats it: no dearer, no less accurate."
      : `The ${many.length} in the shaded corner beat it: no dearer, no less accurate.`);
    card.replaceChildren(
      el("p.zo-name", own(net), shape(net.group), el("b", {}, net.name), " ", about(net)),
      el("dl", {}, ...facts(net).map(fact => row(net, fact))), why);
    return why.textContent;
  };

  const change = key => {
    const before = front;
    axis = data.axes.find(a => a.key === key);
    front = frontOf(key);
    const all = sorted(key);
    const [to, from] = axis.log ? [Math.log10, x => 10 ** x] : [x => x, x => x];
    const [low, high] = [all[0], all[all.length - 1]].map(net => to(net[key]));
    const rim = (high - low) * 0.05;
    across = x => (to(x) - low + rim) / (high - low + 2 * rim);
    grid.replaceChildren(
      ...ticksOf(from(low - rim), from(high + rim), axis.log).map(x => el("span.zo-x", { style: `left: ${across(x) * 100}%` }, String(x))),
      ...ticksOf(bottom, top).map(y => el("span.zo-y", { style: `top: ${up(y) * 100}%` }, String(y))));
    title.textContent = `${axis.label}${axis.unit && ", " + axis.unit}${axis.log ? " (log scale)" : ""} →`;
    points.forEach((point, k) => {
      point.hidden = nets[k][key] === null;
      point.classList.toggle("zo-front", front.includes(nets[k]));
      if (!point.hidden) point.style.left = across(nets[k][key]) * 100 + "%";
      point.style.top = up(nets[k].top1) * 100 + "%";
    });
    for (const radio of radios) radio.checked = radio.value === key;
    const part = (word, list, other) => {
      const names = namesOf(list.filter(net => !other.includes(net)));
      return names && ` ${word}: ${names}.`;
    };
    const lost = nets.length - all.length;
    news.textContent = `On the front: ${front.length} of ${all.length} networks.` +
      (before ? part("New there", front, before) + part("No longer", before, front) : "") +
      (lost ? ` Left out, for this was not measured: ${lost}.` : "");
    if (before) say(news.textContent);
    arrange();
  };

  const near = (event, reach, again) => {
    const place = plot.getBoundingClientRect();
    const far = net => Math.hypot(event.clientX - place.left - spot(net)[0], event.clientY - place.top - spot(net)[1]);
    const all = sorted(axis.key).sort((a, b) => far(a) - far(b));
    const close = all.filter(net => far(net) < 12); // under a finger: each tap names another
    const turn = again ? (close.indexOf(chosen) + 1) % close.length || 0 : 0;
    return far(all[0]) < reach ? all[turn] : chosen;
  };
  const go = net => points[nets.indexOf(net)].focus({ preventScroll: true });
  form.addEventListener("change", event => change(event.target.value));
  plot.addEventListener("pointermove", event => {
    const net = event.pointerType === "mouse" ? near(event, 22) : chosen;
    if (net !== chosen) choose(net);
  });
  plot.addEventListener("click", event => go(near(event, 40, event.pointerType !== "mouse")));
  plot.addEventListener("focusin", event => say(choose(nets[points.indexOf(event.target)])));
  plot.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, Home: -99, End: 99 }[event.key];
    if (!step) return;
    const order = sorted(/Up|Down/.test(event.key) ? "top1" : axis.key).filter(net => net[axis.key] !== null);
    go(order[clamp(order.indexOf(chosen) + step, 0, order.length - 1)]);
    event.preventDefault();
    event.stopPropagation();
  });

  const first = data.axes[0].key;
  chosen = nets.find(net => net.name === data.start) || frontOf(first).pop();
  change(first);
  new ResizeObserver(arrange).observe(plot);
};

start("zoo", draw);
