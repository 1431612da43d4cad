// Depth, shortcut and norm: how long the gradient of each layer's weights is, at the start and,
// where a training was recorded, after some steps.
const times = x => (x < 1 ? fixed(x, 2) : x < 10 ? fixed(x, 1) : short(x, 0));
const spread = ([mean, low, high], write) => `${write(mean)} (${write(low)} to ${write(high)})`;
const powerOfTen = n => (n ? short(Number(`1e${n}`), 0).replace(/^.*·/, "") : "1");

const draw = (stage, data, say) => {
  const { networks, steps } = data;
  const now = { depth: data.start.depth, kind: data.start.kind, norm: data.start.norm };
  const values = name => [...new Set(networks.map(network => network[name]))];
  const all = networks.flatMap(network => network.steps.flatMap(step => step.gradients));
  const bottom = Math.floor(Math.min(...all) / 100);
  const top = Math.ceil(Math.max(...all) / 100);
  const up = hundredths => (1 - (hundredths / 100 - bottom) / (top - bottom)) * 100;
  const path = (kind, list) => `<path class="dp-${kind}" d="${list.map((v, k) => `${k ? "L" : "M"}${((k / (list.length - 1)) * 100).toFixed(2)} ${up(v).toFixed(2)}`).join("")}"/>`;
  let at = 0;

  const row = (name, title, text) => {
    const group = name + Math.random();
    const choices = values(name).map(value => {
      const input = el("input", { type: "radio", name: group, value });
      input.checked = value === now[name];
      input.addEventListener("change", () => { now[name] = value; show(); });
      return el("label.dp-choice", {}, input, text(value));
    });
    return el("p.dp-row", {}, el("b", {}, title), ...choices);
  };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  const plot = el("div.dp-plot", { "aria-hidden": "true" });
  for (let n = Math.ceil(bottom / 2) * 2; n <= top; n += 2) plot.append(el("span.dp-y", { style: `top: ${up(n * 100)}%` }, powerOfTen(n)));
  plot.append(svg, el("span.dp-x", {}, "first layer"), el("span.dp-x", {}, "last layer"));
  const slider = el("input.dp-step", { type: "range", min: 0, max: steps.length - 1, step: 1, "aria-label": "step of the training" });
  slider.value = 0;
  slider.addEventListener("input", () => { at = Number(slider.value); show(); });
  const [when, growth, size, cosine] = [el("span.dp-when"), el("b.dp-growth"), el("b.dp-size"), el("b.dp-cosine")];

  stage.append(
    el("div.dp-rows", {},
      row("depth", "layers", String), row("kind", "shortcuts", value => (value === "plain" ? "none" : "yes")),
      row("norm", "norm", String)),
    el("p.dp-row", {}, el("b", {}, "Length of the gradient, layer by layer")),
    plot,
    el("div.dp-slide", {}, when, slider),
    el("p.dp-numbers", {},
      el("span", {}, "first layer ÷ last"), growth, el("span", {}, "typical length"), size,
      el("span", {}, "cosine, 1 % changed"), cosine),
    el("p.dp-foot", {}, `logarithmic · thick: this network · thin: the other depths at the start · dotted: this one at the start · mean of ${data.seeds} seeds, in parentheses the lowest and the highest`));

  const show = () => {
    const same = networks.filter(network => network.kind === now.kind && network.norm === now.norm);
    const network = same.find(other => other.depth === now.depth);
    const trained = network.steps.length > 1;
    slider.disabled = !trained;
    const k = trained ? at : 0;
    const step = network.steps[k];
    const others = same.filter(other => other !== network).map(other => path("other", other.steps[0].gradients));
    svg.innerHTML = others.join("") + (k ? path("begin", network.steps[0].gradients) : "") + path("line", step.gradients);
    when.textContent = k ? `after ${steps[k]} steps` : trained ? "at the start" : "at the start (no training recorded)";
    slider.setAttribute("aria-valuetext", when.textContent);
    growth.textContent = spread(step.growth, times);
    size.textContent = spread(step.size, x => short(x, 2));
    cosine.textContent = step.cosine ? spread(step.cosine, x => fixed(x, 2)) : "not measured";
    say(`${now.depth} layers, ${now.kind}, ${now.norm}, ${when.textContent}: first layer by last ${growth.textContent}, typical length ${size.textContent}, cosine ${cosine.textContent}.`);
  };
  show();
};

start("depth", draw);
