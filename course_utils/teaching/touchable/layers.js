// Layers: a chain of windows. Each has a kernel, a stride and a padding; below it, the side of its
// map and its field. A stage also has a shortcut, which must give a map of the same side.
const after = (n, k, s, p) => Math.floor((n + 2 * p - k) / s) + 1;

// What becomes of a side. Where PyTorch would raise an error, the list ends.
const walk = (side, layers) => {
  let [size, step, field] = [side, 1, 1];
  const found = [];
  for (const { kernel, stride, padding, more } of layers) {
    const entered = size;
    size = after(entered, kernel, stride, padding);
    field += (kernel - 1) * step;
    step *= stride;
    field += 2 * more * step;
    const beside = more ? after(entered, 1, stride, 0) : size;
    const wide = !more && found.length > 0 && 2 * padding > kernel;
    const problem = wide ? "padding" : size < 1 ? "none" : size !== beside ? "shortcut" : "";
    found.push({ entered, size, step, field, beside, problem });
    if (problem) break;
  }
  return found;
};

const draw = (stage, data, say) => {
  const copy = () => data.layers.map(layer => ({ ...layer }));
  const most = data.most;
  let [side, layers, chosen] = [data.side, copy(), 0];
  const group = "layers" + Math.random();
  const agrees = data.checks.every(({ side: n, layer, kernel, stride, padding, sizes, fields }) => {
    const chain = copy();
    Object.assign(chain[layer], { kernel, stride, padding });
    const found = walk(n, chain).filter(({ problem }) => !problem);
    return [["size", sizes], ["field", fields]].every(([key, want]) => String(found.map(one => one[key])) === String(want));
  });

  const handle = el("span.ly-grip");
  const picture = el("span.ly-map.ly-picture", {}, handle);
  const own = el("b");
  const first = el("div.ly-row", {}, el("span.ly-name", {}, "picture"), el("span.ly-bars", {}, picture), own, el("span"));
  const rows = layers.map(({ name }, k) => {
    const input = el("input", { type: "radio", name: group });
    input.addEventListener("change", () => { chosen = k; show(); });
    const [map, sees, size, field] = [el("span.ly-map.touch-eased"), el("span.ly-field.touch-eased"), el("b"), el("span.ly-sees")];
    const row = el("label.ly-row", {}, el("span.ly-name", {}, input, name), el("span.ly-bars", {}, map, sees), size, field);
    return { input, map, sees, size, field, row };
  });
  const choices = [["kernel", [1, 3, 5, 7]], ["stride", [1, 2, 3]], ["padding", [0, 1, 2, 3]]].map(([key, values]) => {
    const inputs = values.map(value => {
      const input = el("input", { type: "radio", name: group + key, value });
      input.addEventListener("change", () => { layers[chosen][key] = value; show(); });
      return input;
    });
    const set = el("fieldset.ly-choice", {}, el("legend", {}, key), ...inputs.map(input => el("label", {}, input, el("span", {}, input.value))));
    return { key, inputs, set };
  });
  const again = el("button", { type: "button" }, "Start again");
  again.addEventListener("click", () => { [side, layers] = [data.side, copy()]; show(); });
  const [title, sum, verdict] = [el("b"), el("p.ly-sum"), el("p.ly-verdict")];
  stage.append(
    el("div.ly-row.ly-head", {}, el("span", {}, "choose a layer"), el("span", {}, "drag the picture"), el("span", {}, "map"), el("span", {}, "field")),
    first, ...rows.map(({ row }) => row),
    el("div.ly-panel", {}, el("p.ly-title", {}, title, again), ...choices.map(({ set }) => set), sum), verdict);
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const tell = grab(handle, picture.parentNode, {
    name: "side of the picture", get: () => side, set: n => { side = n; show(); },
    range: () => [1, most], step: 1, words: n => `${n} pixels`,
    pixels: () => picture.parentNode.getBoundingClientRect().width / most,
  });
  const part = n => Math.min((n / most) * 100, 100) + "%";

  const judge = (last, whole) => {
    const name = `${layers[whole.length - 1].name}: `;
    if (last.problem === "padding") return name + "PyTorch wants a padding of at most half the kernel, for pooling.";
    if (last.problem === "none") return name + "the kernel is larger than the map with its border. PyTorch raises an error.";
    const silent = last.size === 1 || last.beside === 1;
    const fault = silent ? "PyTorch spreads the single cell, and raises no error." : "They cannot be added: PyTorch raises an error.";
    if (last.problem) return name + `the convolution gives ${last.size} × ${last.size}, the shortcut ${last.beside} × ${last.beside}. ` + fault;
    const more = last.field > side ? ", more than the picture has" : "";
    const cells = last.size > 1 ? `${last.size} × ${last.size} cells are left, ${last.step} pixels apart. Each sees` : "One cell is left. It sees";
    return `${cells} ${last.field} × ${last.field} pixels${more}.`;
  };

  const show = () => {
    const found = walk(side, layers);
    const last = found[found.length - 1];
    picture.style.width = part(side);
    own.textContent = side;
    rows.forEach(({ input, map, sees, size, field, row }, k) => {
      const one = found[k];
      const fine = one && !one.problem;
      input.checked = k === chosen;
      row.classList.toggle("ly-chosen", k === chosen);
      row.classList.toggle("ly-error", Boolean(one && one.problem));
      map.style.width = fine ? part(one.size) : 0;
      sees.style.width = fine ? part(one.field) : 0;
      size.textContent = fine ? one.size : one ? "error" : "–";
      field.textContent = fine ? one.field : one ? "" : "–";
    });
    const layer = layers[chosen];
    choices.forEach(({ key, inputs }) => inputs.forEach(input => { input.checked = Number(input.value) === layer[key]; }));
    title.textContent = layer.more ? `${layer.name}, its first convolution` : layer.name;
    const n = chosen ? found[chosen - 1] && !found[chosen - 1].problem ? found[chosen - 1].size : 0 : side;
    const exact = (n + 2 * layer.padding - layer.kernel) / layer.stride + 1;
    const down = Number.isInteger(exact) ? ` = ${fixed(exact, 0)}` : ` = ${fixed(exact, layer.stride > 2 ? 2 : 1)}, rounded down: ${fixed(Math.floor(exact), 0)}`;
    sum.textContent = n ? `(${n} + 2·${layer.padding} − ${layer.kernel}) / ${layer.stride} + 1${down}` : "No map arrives here.";
    verdict.textContent = judge(last, found);
    tell();
    const maps = found.map((one, k) => layers[k].name + " " + (one.problem ? "error" : one.size)).join(", ");
    say(`Picture ${side}. ${maps}. ${verdict.textContent}`);
  };
  show();
};

start("layers", draw);
