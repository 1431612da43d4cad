// Two networks, each trained with several seeds: some of them are drawn, and the interval of the
// difference says what they show.
const draw = (stage, { names, right, pictures, quantiles, verdicts, span }, say) => {
  const all = right[0].length;
  const accuracy = right.map(runs => runs.map(n => n / pictures));
  const values = accuracy.flat();
  const from = Math.floor(Math.min(...values) * 50) / 50;
  const to = Math.ceil(Math.max(...values) * 50) / 50;
  let count = verdicts[0][0];
  let orders = accuracy.map(runs => runs.map((_, k) => k));
  let past = [];
  const KINDS = ["first", "none", "second"];

  // Student's t, tabled over 1 / degrees of freedom from 0 to 0.5.
  const quantile = u => {
    const at = u * 2 * (quantiles.length - 1);
    const low = Math.min(Math.floor(at), quantiles.length - 2);
    return quantiles[low] + (at - low) * (quantiles[low + 1] - quantiles[low]);
  };
  const measure = () => {
    const drawn = orders.map((order, g) => order.slice(0, count).map(k => accuracy[g][k]));
    const means = drawn.map(list => list.reduce((sum, x) => sum + x, 0) / count);
    const errors = drawn.map((list, g) => list.reduce((sum, x) => sum + (x - means[g]) ** 2, 0) / (count - 1) / count);
    const square = errors[0] + errors[1];
    const difference = means[1] - means[0];
    const known = square > 1e-12;
    const half = known ? Math.sqrt(square) * quantile((errors[0] ** 2 + errors[1] ** 2) / square ** 2 / (count - 1)) : 0;
    const [low, high] = [difference - half, difference + half];
    return { means, difference, low, high, known, kind: known && low > 0 ? 2 : known && high < 0 ? 0 : 1 };
  };
  const signed = x => (Number(fixed(x, 3).replace("−", "")) === 0 ? "0.000" : (x > 0 ? "+" : "") + fixed(x, 3));
  const percent = (n, of) => (n && n < of / 200 ? "<1" : n < of && n > of * 0.995 ? ">99" : fixed(100 * n / of, 0)) + " %";

  const slider = el("input", { type: "range", min: count, max: all, step: 1, value: count, "aria-label": "seeds of each network" });
  const shown = el("b.se-count");
  const again = el("button", { type: "button" }, "Draw other seeds");
  const dots = el("div.se-chart", { "aria-hidden": "true" });
  const lines = el("div.se-chart", { "aria-hidden": "true" });
  const verdict = el("p.se-verdict", {}, el("b"), " ", el("span"));
  const bar = el("div.se-bar", { "aria-hidden": "true" }, ...KINDS.map(kind => el(`div.se-${kind}`)));
  const odds = el("p.se-odds");
  stage.append(
    el("div.se-controls", {}, el("label", {}, "Seeds of each: ", shown, slider), again),
    el("p.se-title", {}, "Validation accuracy: drawn seeds filled, their mean a line"), dots,
    el("p.se-title", {}, `${names[1]} less ${names[0]}, with its 95 % interval`), lines,
    verdict, el("p.se-title.se-all"), bar, odds);

  const svg = (height, body) => `<svg viewBox="0 0 340 ${height}">${body}</svg>`;
  const word = (x, y, kind, text) => `<text x="${x}" y="${y}" class="se-${kind}">${text}</text>`;
  const across = x => 78 + 250 * (x - from) / (to - from);
  const beside = x => 170 + 150 * clamp(x / span, -1, 1);

  const drawDots = means => {
    const ticks = [from, (from + to) / 2, to].map(x => word(across(x), 138, "mid", fixed(x, 2))).join("");
    const rows = accuracy.map((runs, g) => {
      const base = 56 + 60 * g;
      const piled = {};
      const marks = runs.map((x, k) => {
        const pile = (piled[x] = (piled[x] || 0) + 1) - 1;
        const taken = orders[g].indexOf(k) < count ? " se-taken" : "";
        return `<circle data-seed="${k}" cx="${across(x)}" cy="${base - 6 - 9 * pile}" r="4" class="se-dot se-of${g}${taken}"/>`;
      });
      const mean = `<path d="M${across(means[g])} ${base + 5}V${base - 34}" class="se-mean se-of${g}"/>`;
      return word(0, base - 2, "name", names[g]) + `<path d="M78 ${base}H328" class="se-axis"/>` + mean + marks.join("");
    });
    dots.innerHTML = svg(142, rows.join("") + ticks);
  };
  const drawLines = () => {
    const ticks = [-span, 0, span].map(x => word(beside(x), 122, "mid", x ? signed(x).slice(0, -1) : "0")).join("");
    const zero = `<path d="M170 2V106" class="se-zero"/>`;
    const one = ({ difference, low, high, kind }, k) => {
      const y = k ? 22 + 9 * k : 14;
      const old = k ? " se-old" : "";
      return `<path d="M${beside(low)} ${y}H${beside(high)}" class="se-line se-${KINDS[kind]}${old}"/>` +
        `<circle cx="${beside(difference)}" cy="${y}" r="${k ? 2.5 : 5}" class="se-point se-${KINDS[kind]}${old}"/>`;
    };
    lines.innerHTML = svg(126, zero + ticks + past.map(one).reverse().join(""));
  };

  const show = () => {
    const now = measure();
    past = [now, ...past.slice(0, 9)];
    drawDots(now.means);
    drawLines();
    const [title, text] = verdict.children;
    verdict.className = `se-verdict se-${KINDS[now.kind]}`;
    title.textContent = now.kind === 1 ? "Not decided." : `${names[now.kind / 2]} is ahead.`;
    text.textContent = now.known
      ? `${signed(now.difference)}, between ${signed(now.low)} and ${signed(now.high)}.`
      : `${signed(now.difference)}: the drawn seeds are all alike, and give no interval.`;
    const [, ...found] = verdicts.find(([n]) => n === count);
    const total = found.reduce((sum, n) => sum + n, 0);
    shown.textContent = count;
    slider.setAttribute("aria-valuetext", `${count} seeds of each`);
    again.disabled = count === all;
    stage.querySelector(".se-all").textContent = count === all
      ? "All seeds are drawn: there is one way."
      : `All ${short(total, 0)} ways to draw ${count} and ${count}:`;
    [...bar.children].forEach((part, k) => { part.style.width = 100 * found[k] / total + "%"; });
    odds.textContent = `${names[0]} ahead ${percent(found[0], total)} · not decided ${percent(found[1], total)} · ${names[1]} ahead ${percent(found[2], total)}`;
    say(`${count} seeds of each. ${verdict.textContent} ${odds.textContent}.`);
  };
  const shuffled = list => {
    const order = [...list];
    for (let k = order.length - 1; k > 0; k--) {
      const other = Math.floor(Math.random() * (k + 1));
      [order[k], order[other]] = [order[other], order[k]];
    }
    return order;
  };
  slider.addEventListener("input", () => { count = Number(slider.value); past = []; show(); });
  again.addEventListener("click", () => { orders = orders.map(shuffled); show(); });
  show();
};

start("seeds", draw);
