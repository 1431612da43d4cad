// Coarse and fine scores of the same pixels, and their sum. A score is dragged sideways.
const plain = x => fixed(x, x % 1 ? 1 : 0);
const wider = (scores, n) => Array.from({ length: n }, (_, k) => scores[Math.floor(k * scores.length / n)]);
const added = (coarse, fine, n) => wider(coarse, n).map((score, k) => score + wider(fine, n)[k]);

const draw = (stage, data, say) => {
  const most = 3;
  const n = data.truth.length;
  const copy = () => ({ coarse: [...data.coarse], fine: [...data.fine] });
  let maps = copy();
  const agrees = data.checks.every(({ coarse, fine, sum }) => String(added(coarse, fine, n)) === String(sum));

  const box = (name, k, cells) => {
    const [fill, value] = [el("span.cf-fill"), el("b")];
    const column = ["coarse", "fine", "sum"].indexOf(name) + 2;
    const node = el(`div.cf-box.cf-${name}`, { style: `grid-column: ${column}; grid-row: ${k * n / cells + 2} / span ${n / cells}` }, fill, value);
    return { node, fill, value };
  };
  const put = ({ fill, value }, score, range) => {
    const wide = Math.abs(score) / range * 50;
    fill.style.left = (score < 0 ? 50 - wide : 50) + "%";
    fill.style.width = wide + "%";
    fill.classList.toggle("cf-yes", score > 0);
    value.classList.toggle("cf-left", score > 0);
    value.textContent = plain(score);
  };
  const cells = ["coarse", "fine"].flatMap(name => data[name].map((_, k) => {
    const parts = box(name, k, data[name].length);
    const grip = el("span.cf-grip");
    parts.node.append(grip);
    const wide = n / data[name].length;
    const tell = grab(grip, parts.node, {
      name: `${name} score of pixels ${k * wide + 1} to ${(k + 1) * wide}`, step: 0.5,
      get: () => maps[name][k], set: x => { maps[name][k] = x; show(); },
      range: () => [-most, most], pixels: () => parts.node.clientWidth / 2 / most, words: plain,
    });
    const show_ = () => {
      const score = maps[name][k];
      put(parts, score, most);
      grip.style.left = 50 + score / most * 50 + "%";
      tell();
    };
    return { node: parts.node, show: show_ };
  }));
  const sums = data.truth.map((_, k) => box("sum", k, n));
  const thing = k => data.things.find(([, first, end]) => k >= first && k < end);
  const at = (column, k) => ({ style: `grid-column: ${column}; grid-row: ${k + 2}` });
  const pixels = data.truth.map((_, k) => el(`span.cf-pixel.cf-${thing(k) ? thing(k)[3] : "ground"}`, at(1, k), String(k + 1)));
  const answers = data.truth.map((_, k) => el("span.cf-answer", at(5, k)));
  const truths = data.truth.map((true_, k) => el("span.cf-answer" + (true_ ? ".cf-yes" : ""), at(6, k), true_ ? "ant" : "·"));
  const heads = ["", "coarse", "fine", "sum", "says", "truth"].map((name, k) => el("span.cf-head", { style: `grid-column: ${k + 1}; grid-row: 1` }, name));
  const again = el("button", { type: "button" }, "Start again");
  again.addEventListener("click", () => { maps = copy(); show(); });
  const rights = ["coarse alone", "fine alone", "sum"].map(name => [name, el("b")]);
  stage.append(
    el("p.cf-things", {}, data.things.map(([name, first, end]) => `${first + 1}–${end}: ${name}`).join(" · ")),
    el("div.cf-grid", {}, ...heads, ...pixels, ...cells.map(cell => cell.node), ...sums.map(sum => sum.node), ...answers, ...truths),
    el("div.cf-under", {}, el("p", {}, `right, of ${n}: `, ...rights.flatMap(([name, value], k) => [k ? " · " : "", name + " ", value])), again));
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const show = () => {
    const sum = added(maps.coarse, maps.fine, n);
    cells.forEach(cell => cell.show());
    sum.forEach((score, k) => {
      put(sums[k], score, 2 * most);
      const is = score > 0;
      answers[k].textContent = is ? "ant" : "·";
      answers[k].classList.toggle("cf-yes", is);
      answers[k].classList.toggle("cf-wrong", is !== Boolean(data.truth[k]));
    });
    const right = row => row.filter((score, k) => (score > 0) === Boolean(data.truth[k])).length;
    [wider(maps.coarse, n), wider(maps.fine, n), sum].forEach((row, k) => { rights[k][1].textContent = right(row); });
    const ants = sum.map((score, k) => score > 0 ? k + 1 : 0).filter(Boolean).join(", ") || "none";
    say(`Sums ${sum.map(plain).join(", ")}. Ant: pixels ${ants}. Right: ${right(sum)} of ${n}.`);
  };
  show();
};

start("coarse_fine", draw);
