// Group convolution: which channels two layers join, the matrix of a layer, and its weights. Colors
// say from which group of inputs something comes.
const members = (channel, width, groups) => {
  const size = width / groups;
  return Array.from({ length: size }, (_, k) => channel - channel % size + k);
};
// Which channel of the first layer comes to a place before the second: as nn.ChannelShuffle deals.
const dealt = (place, width, groups) => (place % groups) * (width / groups) + Math.floor(place / groups);
const count = n => Array.from({ length: n }, (_, k) => k);

const draw = (stage, data, say) => {
  const { kernel, budget, widths } = data;
  let { groups, width, shuffle } = data.start;
  let [output, wanted] = [0, groups];
  const come = place => (shuffle ? dealt(place, width, groups) : place);
  const see = channel => members(channel, width, groups);
  const group = channel => Math.floor(channel / (width / groups));
  const reach = channel => {
    const seen = new Set(see(channel).flatMap(place => see(come(place))));
    return count(width).filter(input => seen.has(input));
  };
  const weights = () => kernel * kernel * width * width / groups;
  const agrees = data.checks.every(one => {
    ({ groups, width, shuffle } = one);
    return weights() === one.weights && String(reach(0)) === String(one.reached);
  });
  ({ groups, width, shuffle } = data.start);

  const slider = name => {
    const [input, value] = [el("input", { type: "range", min: 0, "aria-label": name }), el("b")];
    return { input, value, row: el("label.gr-slider", {}, el("span", {}, name + " ", value), input) };
  };
  const [cuts, wide] = [slider("groups"), slider("channels")];
  const note = el("p.gr-note");
  const deal = el("input", { type: "checkbox" });
  const net = el("div.gr-picture");
  const ring = el("div.gr-ring", { role: "slider", tabindex: 0, "aria-label": "output", "aria-valuemin": 0 });
  const zone = el("div.gr-net", {}, net, ring);
  const matrix = el("div.gr-picture");
  const [reached, formula, part, head] = [el("p.gr-reached"), el("p"), el("p.gr-quiet"), el("p")];
  const fill = el("div.touch-eased");
  const most = Math.max(kernel ** 2 * widths[widths.length - 1] ** 2, budget);
  const bar = el("div.gr-bar", {}, fill, el("i", { style: `left: ${budget / most * 100}%` }));
  stage.append(el("div.gr", {},
    el("div.gr-controls", {}, cuts.row, wide.row, el("label.gr-deal", {}, deal, " shuffle between the layers"), note),
    el("div", {}, zone, reached),
    el("div.gr-side", {}, matrix, head, el("p.gr-quiet", {}, `rows: outputs, columns: inputs; a field is ${kernel} × ${kernel} weights, an empty one is always 0`)),
    el("div.gr-weights", {}, formula, bar, part)));
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p.gr-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const fits = () => data.groups.filter(n => width % n === 0);
  const across = channel => 52 + (channel + 0.5) * 300 / width;
  const heights = [14, 84, 112, 182];
  // Lines from one row to the next, each [from, to, the group of inputs that it belongs to].
  const lines = (row, list, lit) => {
    const paths = {};
    for (const [from, to, origin] of list) {
      const kind = lit ? "gr-lit" : `gr-${origin % 4}`;
      paths[kind] = (paths[kind] || "") + `M${fixed(across(from), 1)} ${heights[row]}L${fixed(across(to), 1)} ${heights[row + 1]}`;
    }
    return Object.entries(paths).map(([kind, d]) => `<path class="${kind}" d="${d}"/>`).join("");
  };
  const nodes = (row, kinds) => {
    const side = Math.min(13, 240 / width);
    return kinds.map((kind, k) => `<rect class="gr-node ${kind}" x="${across(k) - side / 2}" y="${heights[row] - side / 2}" width="${side}" height="${side}"/>`).join("");
  };
  const label = (y, text) => `<text x="0" y="${y}">${text}</text>`;

  const show = () => {
    const [every, inputs, places] = [count(width), reach(output), see(output)];
    const [passed, size] = [places.map(come), width / groups];
    const one = every.flatMap(to => see(to).map(from => [from, to, group(to)]));
    const two = every.map(to => [come(to), to, group(come(to))]);
    const three = every.flatMap(to => see(to).map(from => [from, to, group(come(from))]));
    const origins = every.map(to => new Set(see(to).map(place => group(come(place)))));
    const on = (list, channel) => (list.includes(channel) ? " gr-on" : "");
    net.innerHTML = `<svg viewBox="0 0 356 196" aria-hidden="true">` +
      label(18, "inputs") + label(54, "layer 1") + label(102, shuffle ? "shuffle" : "") + label(152, "layer 2") + label(186, "outputs") +
      `<g class="gr-lines" opacity="${Math.min(0.6, 60 / one.length + 0.15)}">` + lines(0, one) + lines(1, two) + lines(2, three) +
      `</g><g opacity="${Math.min(1, 60 / (size * size) + 0.2)}">` + lines(0, one.filter(([, to]) => passed.includes(to)), true) +
      lines(1, two.filter(([, to]) => places.includes(to)), true) + lines(2, three.filter(([, to]) => to === output), true) + "</g>" +
      nodes(0, every.map(k => `gr-${group(k) % 4}` + on(inputs, k))) + nodes(1, every.map(k => `gr-${group(k) % 4}` + on(passed, k))) +
      nodes(2, every.map(k => `gr-${group(come(k)) % 4}` + on(places, k))) +
      nodes(3, every.map(k => (origins[k].size > 1 ? "gr-mixed" : `gr-${[...origins[k]][0] % 4}`) + (k === output ? " gr-on" : ""))) + "</svg>";
    const grid = count(width + 1).map(k => `M0 ${k}h${width}M${k} 0v${width}`).join("");
    matrix.innerHTML = `<svg viewBox="0 0 ${width} ${width}" aria-hidden="true">` +
      count(groups).map(k => `<rect class="gr-${k % 4}" x="${k * size}" y="${k * size}" width="${size}" height="${size}"/>`).join("") +
      `<path class="gr-grid" d="${grid}"/><rect class="gr-row" y="${output}" width="${width}" height="1"/></svg>`;
    head.replaceChildren(el("b", {}, "The weights of a layer"), `: ${width}\u00a0×\u00a0${width}`);
    ring.style.left = across(output) / 3.56 + "%";
    ring.ariaValueMax = width - 1;
    ring.ariaValueNow = output;
    const sees = `${inputs.length} of ${width} inputs`;
    ring.ariaValueText = `${output}: depends on ${sees}`;
    reached.replaceChildren(`Output ${output} depends on `, el("b", {}, sees), `. After one layer: ${size}.`);
    const [all, share] = [short(weights(), 0), Number(fixed(weights() / budget * 100, 2)) + " %"];
    formula.replaceChildren(`${kernel} · ${kernel} · ${width} · ${width} / ${groups} = `, el("b", {}, all), " weights a layer");
    part.textContent = `${share} of the budget (line): ${short(budget, 0)}`;
    fill.style.width = weights() / most * 100 + "%";
    bar.classList.toggle("gr-over", weights() > budget);
    note.textContent = groups === wanted ? "" : `${wanted} groups do not divide ${width} channels: ${groups} instead.`;
    say(`${note.textContent} ${groups} groups, ${width} channels: ${all} weights a layer, ${share} of the budget. ${shuffle ? "With" : "Without"} shuffle, output ${output} depends on ${sees}.`.trim());
  };

  const change = () => {
    const stops = fits();
    groups = stops.filter(n => n <= wanted).pop();
    output = Math.min(output, width - 1);
    for (const [{ input, value }, list, now] of [[cuts, stops, groups], [wide, widths, width]]) {
      input.max = list.length - 1;
      input.value = list.indexOf(now);
      input.ariaValueText = value.textContent = now;
    }
    deal.checked = shuffle;
    show();
  };
  const choose = channel => {
    const to = clamp(channel, 0, width - 1);
    if (to === output) return;
    output = to;
    show();
  };
  cuts.input.addEventListener("input", () => { wanted = fits()[cuts.input.value]; change(); });
  wide.input.addEventListener("input", () => { width = widths[wide.input.value]; change(); });
  deal.addEventListener("change", () => { shuffle = deal.checked; change(); });

  // A mouse over the rows chooses the output below it, a finger draws it along.
  const point = event => {
    const { left, width: pixels } = zone.getBoundingClientRect();
    choose(Math.round(((event.clientX - left) / pixels * 356 - 52) / 300 * width - 0.5));
  };
  zone.addEventListener("mousedown", event => event.preventDefault());
  zone.addEventListener("pointerdown", event => {
    if (event.button) return;
    const [from, over] = [output, new AbortController()];
    const on = (kind, then) => window.addEventListener(kind, then, { signal: over.signal });
    zone.setPointerCapture(event.pointerId);
    ring.focus({ preventScroll: true });
    on("pointermove", point);
    on("pointerup", () => over.abort());
    on("pointercancel", () => { over.abort(); choose(from); });
  });
  zone.addEventListener("pointermove", event => { if (event.pointerType === "mouse") point(event); });
  zone.addEventListener("click", point);
  ring.addEventListener("keydown", event => {
    const to = { ArrowLeft: output - 1, ArrowDown: output - 1, ArrowRight: output + 1, ArrowUp: output + 1, Home: 0, End: width }[event.key];
    if (to === undefined) return;
    choose(to);
    event.preventDefault();
    event.stopPropagation();
  });
  change();
};

start("groups", draw);
