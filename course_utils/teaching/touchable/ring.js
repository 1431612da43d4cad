// A ring all-reduce: rows are processes, columns the pieces of a gradient. A bar in a piece stands
// for a process whose numbers are in it.
const states = n => {
  const all = [Array.from({ length: n }, (_, p) => Array(n).fill(1 << p))];
  for (let step = 0; step < 2 * (n - 1); step++) {
    const before = all[step];
    const rows = before.map(row => [...row]);
    before.forEach((row, p) => {
      const [piece, right] = [(p - step + 2 * n) % n, (p + 1) % n];
      rows[right][piece] = row[piece] + (step < n - 1 ? before[right][piece] : 0);
    });
    all.push(rows);
  }
  return all;
};

const draw = (stage, data, say) => {
  const agrees = data.checks.every(({ processes, step, holds }) => String(states(processes)[step]) === String(holds));
  let n = data.start;
  let step = 0;
  let all = states(n);
  const grid = el("div.ri-grid", { role: "img" });
  const slider = el("input", { type: "range", min: 0, step: 1, "aria-label": "step" });
  const choice = el("select", { "aria-label": "processes" }, ...data.processes.map(count => el("option", { value: count }, String(count))));
  const [back, next] = ["◀ Back", "Next ▶"].map(text => el("button", { type: "button" }, text));
  const [head, done, sent] = ["p.ri-head", "p.ri-done", "p.ri-sent"].map(kind => el(kind));
  const legend = (kind, text) => el("span", {}, el(`i.ri-key.${kind}`), text);
  stage.append(
    el("div.ri-top", {}, el("label", {}, "processes ", choice), back, next),
    slider, head, grid,
    el("p.ri-legend", {}, legend("ri-part", "numbers of one process"), legend("ri-whole", "all of them: the sum"), legend("ri-new", "just came in")),
    done, sent);
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const whole = () => 2 ** n - 1;
  const show = () => {
    const [rows, last] = [all[step], 2 * (n - 1)];
    const cameIn = (p, piece) => step > 0 && piece === (p - step + 2 * n) % n;
    grid.style.gridTemplateColumns = `auto repeat(${n}, minmax(0, 1fr))`;
    grid.replaceChildren(...rows.flatMap((row, p) => [
      el("span.ri-name", {}, el("span.ri-wide", {}, "process "), String(p)),
      ...row.map((holds, piece) => el(
        "span.ri-piece" + (holds === whole() ? ".ri-whole" : "") + (cameIn(p, piece) ? ".ri-new" : ""), {},
        ...row.map((_, owner) => el("i" + (holds >> owner & 1 ? ".ri-in" : ""))))),
    ]));
    const sums = rows.flat().filter(holds => holds === whole()).length;
    const doing = !step ? "at the start each has its own numbers" : step < n
      ? "each adds what came from the row above (to the first row: from the last)" : "each keeps the sum that came, and hands it on";
    head.textContent = `Step ${step} of ${last}: ${doing}.`;
    done.textContent = `${sums} of ${n * n} pieces hold the sum.`;
    sent.textContent = `Each process has sent ${step} × 1/${n} = ${fixed(step / n, 2)} gradients; at the end ${fixed(last / n, 2)}. If one collected for all, it would send ${n - 1}.`;
    grid.setAttribute("aria-label", `${n} processes with ${n} pieces each. ${done.textContent}`);
    slider.max = last;
    slider.value = step;
    slider.setAttribute("aria-valuetext", `${step} of ${last}`);
    choice.value = n;
    back.disabled = !step;
    next.disabled = step === last;
    say(`${head.textContent} ${done.textContent} ${sent.textContent}`);
  };
  const go = to => { step = clamp(to, 0, 2 * (n - 1)); show(); };
  slider.addEventListener("input", () => go(Number(slider.value)));
  back.addEventListener("click", () => go(step - 1));
  next.addEventListener("click", () => go(step + 1));
  choice.addEventListener("change", () => { n = Number(choice.value); all = states(n); go(0); });
  show();
};

start("ring", draw);
