// Softmax: logits as bars whose ends are grabbed, the zero that they are counted from, a scale;
// the shares, and the odds of the first two classes. Positions are kept in tenths of a logit.
const LOW = -40;
const HIGH = 60;

const softmax = logits => {
  const largest = Math.max(...logits);
  const powers = logits.map(z => Math.exp(z - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map(power => power / sum);
};

const odds = difference => {
  const times = short(Math.exp(Math.abs(difference)), 1);
  return difference < 0 ? "1 to " + times : times + " to 1";
};

const at = tenths => ((clamp(tenths, LOW, HIGH) - LOW) / (HIGH - LOW)) * 100;
const signed = z => (z < 0 ? "(" + fixed(z, 1) + ")" : fixed(z, 1));

// Whether this page computes what PyTorch computed.
const agrees = ({ logits, scales, probabilities }) =>
  scales.every((scale, state) =>
    softmax(logits.map(z => z * scale)).every((p, k) => Math.abs(p - probabilities[state][k]) < 1e-4));

const draw = (stage, data, say) => {
  const names = data.classes;
  const first = data.logits.map(z => Math.round(z * 10));
  const color = k => `--own: var(--c${k % 5})`;
  let ends, zero, scale;

  const axis = el("div.sm-axis", { "aria-hidden": "true" });
  const grip = el("div.sm-grip", {}, "0");
  const field = el("div.sm-field", {}, el("div.sm-top", {}, axis, grip));
  const line = el("div.sm-zero");
  field.append(line);
  const bars = names.map((name, k) => {
    const value = el("span.sm-value");
    const bar = el("div.sm-bar");
    const ring = el("div.sm-ring");
    const drop = el("div.sm-drop", { style: `height: ${3.75 * (names.length - 1 - k) + 0.6}rem` });
    const track = el("div.sm-track", {}, ...(k < 2 ? [drop] : []), bar, ring);
    field.append(el("div.sm-row", { style: color(k) }, el("p.sm-text", {}, el("b", {}, name), " ", value), track));
    return { value, bar, ring, drop, track };
  });
  const span = el("div.sm-span");
  const length = el("span.sm-length");
  field.append(el("div.sm-bracket", {}, span, length));

  const ticks = ["0", "0.5", "1"].map((text, k) => el("span", { style: `left: ${50 * k}%` }, text));
  const shares = el("div.sm-shares", {}, el("div.sm-top.sm-axis", { "aria-hidden": "true" }, ...ticks));
  const parts = names.map((name, k) => {
    const value = el("b.sm-share");
    const from = el("span.sm-from");
    const label = el("span.sm-label", {}, "✓ label");
    const bar = el("div.sm-bar.touch-eased");
    const text = el("p.sm-text", {}, el("b", {}, name), " ", value, from, label);
    const row = el("div.sm-row", { style: color(k) }, text, el("div.sm-well", {}, bar));
    shares.append(row);
    return { value, from, bar, row };
  });

  const input = el("input", { type: "range", min: 0.05, max: 2, step: 0.05 });
  const factor = el("span.sm-factor");
  const again = el("button", { type: "button" }, "Start again");
  const ratio = el("b.sm-ratio");
  const why = el("span.sm-why");
  const head = (title, ...hint) => el("p.sm-head", {}, el("b", {}, title), " ", el("span", {}, ...hint));
  const formula = ["e", el("sup", {}, "logit"), " / sum of all"];
  stage.append(
    el("div.sm", {},
      el("div.sm-left", {}, head("Logits", "drag a bar, or the zero"), field),
      el("div.sm-scale", {}, el("label", {}, el("span", {}, "Logits ×"), input, factor), again),
      el("div.sm-right", {}, head("Probabilities", ...formula), shares),
      el("p.sm-odds", {}, `odds of ${names[0]} to ${names[1]}: `, ratio, why)));
  stage.dataset.agrees = agrees(data);
  if (!agrees(data)) stage.append(el("p.sm-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const pixels = () => field.clientWidth / (HIGH - LOW) * 10;
  const logit = k => (ends[k] - zero) / 10;
  const tell = bars.map((bar, k) => grab(bar.ring, bar.track, {
    name: `logit of ${names[k]}`, step: 0.1, pixels,
    range: () => [(LOW - zero) / 10, (HIGH - zero) / 10],
    get: () => logit(k), words: z => fixed(z, 1),
    set: z => { ends[k] = Math.round(z * 10) + zero; show(); },
  }));
  tell.push(grab(grip, grip, {
    name: "zero, for all logits", step: 0.1, pixels,
    range: () => [-3, 3], get: () => zero / 10,
    words: x => (x ? `${fixed(-x, 1)} added to every logit` : "nothing added"),
    set: x => { zero = Math.round(x * 10); show(); },
  }));

  const drawAxis = () => {
    axis.replaceChildren();
    for (let tick = -8; tick <= 8; tick += 2) {
      const place = zero + tick * 10;
      if (tick && place >= LOW && place <= HIGH) axis.append(el("span", { style: `left: ${at(place)}%` }, fixed(tick, 0)));
    }
    grip.style.left = line.style.left = at(zero) + "%";
  };

  const drawBar = ({ value, bar, ring, drop }, k, scaled) => {
    const end = zero + scaled * 10;
    const [from, to] = [at(Math.min(zero, end)), at(Math.max(zero, end))];
    bar.style.left = from + "%";
    bar.style.width = to - from + "%";
    bar.classList.toggle("sm-beyond", end > HIGH);
    bar.classList.toggle("sm-below", end < LOW);
    ring.style.left = at(ends[k]) + "%";
    const plain = fixed(logit(k), 1);
    value.textContent = scale === 1 ? plain : `${plain} × ${fixed(scale, 2)} = ${fixed(scaled, 2)}`;
    drop.style.left = at(end) + "%";
    return at(end);
  };

  const drawShares = (scaled, p) => {
    const powers = scaled.map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    const most = Math.max(...scaled);
    const winner = scaled.indexOf(most);
    const ties = scaled.filter(z => z === most).length > 1;
    parts.forEach(({ value, from, bar, row }, k) => {
      value.textContent = share(p[k]);
      from.textContent = `= ${short(powers[k], 2)} / ${short(sum, 2)}`;
      bar.style.width = p[k] * 100 + "%";
      row.classList.toggle("sm-winner", k === winner);
      row.querySelector(".sm-label").textContent = ties ? "✓ label (tie: the first)" : "✓ label";
    });
    return names[winner];
  };

  const drawOdds = (difference, digits) => {
    ratio.textContent = odds(difference);
    const [a, b] = [fixed(logit(0), 1), signed(logit(1))];
    const apart = scale === 1 ? `${a} − ${b}` : `(${a} − ${b}) × ${fixed(scale, 2)}`;
    why.replaceChildren("= e", el("sup", {}, apart), " = e", el("sup", {}, fixed(difference, digits)));
  };

  const show = () => {
    const scaled = names.map((_, k) => logit(k) * scale);
    const difference = (ends[0] - ends[1]) / 10 * scale;
    const digits = scale === 1 ? 1 : 2;
    drawAxis();
    const tips = bars.map((bar, k) => drawBar(bar, k, scaled[k]));
    const [from, to] = [Math.min(tips[0], tips[1]), Math.max(tips[0], tips[1])];
    span.style.left = from + "%";
    span.style.width = to - from + "%";
    length.style.left = clamp((from + to) / 2, 22, 78) + "%";
    length.textContent = `${names[0]} − ${names[1]}: ${fixed(difference, digits)}`;
    const p = softmax(scaled);
    const winner = drawShares(scaled, p);
    drawOdds(difference, digits);
    input.value = scale;
    input.setAttribute("aria-valuetext", `times ${fixed(scale, 2)}`);
    factor.textContent = fixed(scale, 2);
    again.disabled = scale === 1 && !zero && ends.every((end, k) => end === first[k]);
    tell.forEach(refresh => refresh());
    say(names.map((name, k) => `${name} ${share(p[k])}`).join(", ") +
      `. Odds ${odds(difference)}. Label: ${winner}.`);
  };

  const reset = () => { ends = [...first]; zero = 0; scale = 1; show(); };
  input.addEventListener("input", () => { scale = Math.round(input.value * 20) / 20; show(); });
  again.addEventListener("click", () => { reset(); bars[0].ring.focus(); });
  reset();
};

start("softmax", draw);
