// Train mode: the size of a batch and who is in it; the accuracy, and how often each class is
// the answer. The batch is drawn as a square for each picture.
const OTHERS = "0110100110010110100101100110100110010110011010010110100110010110";

const draw = (stage, data, say) => {
  const { sizes, classes } = data;
  let at = 0;
  let kind = "mixed";

  const group = "batches" + Math.random();
  const choice = (value, text) => {
    const input = el("input", { type: "radio", name: group });
    input.checked = value === kind;
    input.addEventListener("change", () => { kind = value; show(); });
    return el("label.tm-choice", {}, input, text);
  };
  const tiles = [...OTHERS].map(() => el("i"));
  const batch = el("div.tm-batch", { "aria-hidden": "true" }, ...tiles);
  const neighbors = el("p.tm-neighbors");
  const parts = classes.map((name, k) => {
    const value = el("b");
    const text = el("span.tm-answer", { style: `--own: var(--c${k ? 1 : 2})` }, el("span", {}, name), " ", value);
    return { value, text, bar: el("div.tm-part.touch-eased", { style: `background: var(--c${k ? 1 : 2})` }) };
  });
  const truth = data.second ?? (data.chance === 0.5 ? 0.5 : null);
  const answers = el("div.tm-answers", {}, ...parts.map(part => part.bar));
  if (truth !== null) answers.append(el("div.cv-mark", { style: `left: ${(1 - truth) * 100}%` }));
  const train = meter("train mode", "now", data.chance);
  const evaluation = meter("eval mode", "gray", data.chance);
  const line = curve(sizes, {
    name: "batch size", unit: "pictures in a batch", chance: data.chance,
    words: k => `${sizes[k]} in a batch`, get: () => at, set: k => { at = k; show(); },
  });

  stage.append(el("div.cv-two", {},
    el("div", {},
      el("p.cv-head", {}, el("b", {}, "Each batch"), choice("mixed", "mixed"), choice("one_class", "one class")),
      batch, neighbors,
      el("p.cv-head", {}, el("b", {}, "Answers"), truth === null ? "" : el("span", {}, "dotted: the truth")),
      el("p.tm-both", {}, ...parts.map(part => part.text)), answers),
    el("div", {},
      el("p.cv-head", {}, el("b", {}, `Accuracy on ${data.pictures} pictures`), el("span", {}, "drag the point")),
      train.row, evaluation.row, line.box,
      legend({ now: "train mode", band: "lowest to highest", gray: "eval mode", chance: "chance" }))));

  const show = () => {
    const size = sizes[at];
    const of = data[kind];
    const [accuracy, second] = [of.accuracy[at], of.second[at]];
    const [low, high] = [fixed(of.low[at], 2), fixed(of.high[at], 2)];
    const mixed = kind === "mixed";
    tiles.forEach((tile, k) => {
      tile.className = k >= size ? "" : mixed && OTHERS[k] === "1" ? "tm-second" : "tm-first";
    });
    neighbors.textContent = size === 1 ? "A picture alone: it has no neighbors." :
      `A picture has ${size - 1} neighbor${size === 2 ? "" : "s"}, ${mixed ? "of any class" : "of its own class"}.`;
    parts.forEach(({ value, bar }, k) => {
      const part = k ? second : 1 - second;
      value.textContent = fixed(part, 2);
      bar.style.width = part * 100 + "%";
    });
    const spread = low === high ? "" : `${low} to ${high}`;
    train.put(fixed(accuracy, 2), 0, accuracy, spread);
    evaluation.put(fixed(data.eval, 2), 0, data.eval);
    line.show(of.accuracy, sizes.map(() => data.eval), [of.low, of.high]);
    say(`${size} in a batch, ${mixed ? "mixed" : "one class"}: accuracy ${fixed(accuracy, 2)}` +
      `${spread && `, ${spread}`}; in eval mode ${fixed(data.eval, 2)}. Answers: ` +
      classes.map((name, k) => `${name} ${fixed(k ? second : 1 - second, 2)}`).join(", ") + ".");
  };
  show();
};

start("train_mode", draw);
