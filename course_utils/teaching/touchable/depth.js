// Depth, shortcut and norm: how long the gradient of each layer's weights is, at the start and,
// where a training was recorded, after some steps.
const times = x => (x < 1 ? fixed(x, 2) : x < 10 ? fixed(x, 1) : short(x, 0));
const put = (node, [mean, low, high], write) =>
  node.replaceChildren(el("b", {}, write(mean)), ` (${write(low)} to ${write(high)})`);
const powerOfTen = n => (n ? "10" + [...String(n)].map(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻").join("") : "1");

const draw = (stage, data, say) => {
  const { networks, steps } = data;
  const now = { depth: data.start.depth, kind: data.start.kind, norm: data.start.norm };
  const values = name => [...new Set(networks.map(network => network[name]))];
  const all = networks.flatMap(network => network.steps.flatMap(step => step.gradients));
  const bottom = Math.floor(Math.min(...all) / 100);
  const top = Math.ceil(Math.max(...all) / 100);
  const up = hundredths => (1 - (hundredths / 100 - bottom) / (top - bottom)) * 100;
  const path = (kind, depth, list) => {  // of many layers some are left out, evenly
    const last = list.length - 1, layers = depth - 3;
    const across = k => (Math.round((k * layers) / last) / layers) * 100;
    const d = list.map((v, k) => (k ? "L" : "M") + across(k).toFixed(2) + " " + up(v).toFixed(2)).join("");
    return `<path class="dp-${kind}" d="${d}"/>`;
  };
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
  const labels = el("span");
  plot.append(svg, labels, el("span.dp-x", {}, "first layer"), el("span.dp-x", {}, "last layer"));
  const slider = el("input.dp-step", { type: "range", min: 0, max: steps.length - 1, step: 1, "aria-label": "step of the training" });
  slider.value = 0;
  slider.addEventListener("input", () => { at = Number(slider.value); show(); });
  const [when, growth, size, cosine] = ["when", "growth", "size", "cosine"].map(name => el("span.dp-" + name));

  stage.append(
    el("div.dp-rows", {},
      row("depth", "layers", String), row("kind", "shortcuts", value => (value === "plain" ? "none" : "yes")),
      row("norm", "norm", String)),
    el("p.dp-row", {}, el("b", {}, "Length of the gradient, layer by layer")),
    plot,
    el("div.dp-slide", {}, when, slider),
    el("p.dp-numbers", {},
      el("span", {}, "first layer ÷ last"), growth, el("span", {}, "typical length"), size,
      el("span", {}, "cosine"), cosine),
    el("p.dp-foot", {}, `Thick: this network. Thin: the other depths at the start. Dotted: this one at the start. Logarithmic; middle of ${data.seeds} seeds (lowest to highest).`));

  const show = () => {
    const same = networks.filter(network => network.kind === now.kind && network.norm === now.norm);
    const network = same.find(other => other.depth === now.depth);
    const trained = network.steps.length > 1;
    slider.disabled = !trained;
    const k = trained ? at : 0;
    slider.value = k;
    const step = network.steps[k];
    const others = same.filter(other => other !== network).map(other => path("other", other.depth, other.steps[0].gradients));
    const taken = [];  // a label that would lie on another one is left out
    labels.replaceChildren(...[network, ...same].flatMap(other => {
      const y = up((other === network ? step : other.steps[0]).gradients[0]);
      if (taken.some(there => Math.abs(there - y) < 5)) return [];
      taken.push(y);
      return [el("span.dp-depth" + (other === network ? ".dp-this" : ""), { style: `top: ${y}%` }, String(other.depth))];
    }));
    svg.innerHTML = others.join("") + (k ? path("begin", now.depth, network.steps[0].gradients) : "") + path("line", now.depth, step.gradients);
    when.textContent = k ? `after ${steps[k]} steps` : trained ? "at the start" : "at the start (not followed further)";
    slider.setAttribute("aria-valuetext", when.textContent);
    put(growth, step.growth, times);
    put(size, step.size, x => short(x, 2));
    if (step.cosine) put(cosine, step.cosine, x => fixed(x, 2));
    else cosine.textContent = "not measured";
    say(`${now.depth} layers, ${now.kind}, ${now.norm}, ${when.textContent}: first layer by last ${growth.textContent}, typical length ${size.textContent}, cosine ${cosine.textContent}.`);
  };
  show();
};

start("depth", draw);
