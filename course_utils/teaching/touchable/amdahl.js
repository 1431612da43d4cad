// Amdahl's law: a part takes a share of the time and becomes some times faster. And the whole?
const gain = (percent, times) => 1 / (1 - percent / 100 + percent / 100 / times);

const draw = (stage, data, say) => {
  let { percent, times } = data.start;
  const agrees = data.checks.every(([p, t, wanted]) => Math.abs(gain(p, t) - wanted) < 1e-5 * wanted);
  stage.dataset.agrees = agrees;

  const bar = name => {
    const [part, rest] = [el("div.am-part"), el("div.am-rest")];
    const value = el("b.am-value");
    const track = el("div.am-track", {}, part, rest);
    return { part, rest, value, track, node: el("div", {}, el("p.am-head", {}, name + " ", value), track) };
  };
  const [before, after] = [bar("before"), bar("after")];
  const knob = el("span.am-knob");
  before.track.append(knob);
  const input = el("input", { type: "range", min: 0, max: data.times.length - 1, step: 1, "aria-label": "times as fast" });
  const factor = el("b");
  const [total, most] = [el("b.am-total"), el("span.am-most")];
  input.addEventListener("input", () => { times = data.times[input.value]; show(); });
  const again = el("button", { type: "button" }, "Start again");
  again.addEventListener("click", () => { ({ percent, times } = data.start); show(); });
  stage.append(before.node, after.node,
    el("label.am-times", {}, el("span", {}, `${data.part} becomes `, factor, " as fast"), input),
    el("p.am-sum", {}, "The whole becomes ", total, " as fast. ", most),
    again);
  if (!agrees) stage.append(el("p.am-wrong", { role: "alert" }, "This page does not compute what Python computed."));

  const tell = grab(knob, before.track, {
    name: `share of ${data.part}`, step: 1, get: () => percent, set: x => { percent = x; show(); },
    range: () => [0, 100], pixels: () => before.track.clientWidth / 100, words: x => `${x} percent`,
  });
  const show = () => {
    const left = percent / times;
    const whole = fixed(gain(percent, times), 2);
    before.part.style.width = knob.style.left = percent + "%";
    before.rest.style.width = 100 - percent + "%";
    after.part.style.width = left + "%";
    after.rest.style.width = 100 - percent + "%";
    before.value.textContent = `${data.part} ${percent} %, the rest ${100 - percent} %`;
    after.value.textContent = `${fixed(left, 1)} % + ${100 - percent} % = ${fixed(left + 100 - percent, 1)} % of the time`;
    input.value = data.times.indexOf(times);
    input.setAttribute("aria-valuetext", `${times} times`);
    factor.textContent = `${times} times`;
    total.textContent = `${whole} times`;
    most.textContent = percent < 100 ? `However fast the part: ${fixed(100 / (100 - percent), 2)} times at most.` : "Nothing else is left to do.";
    tell();
    say(`${percent} percent, ${times} times as fast: the whole ${whole} times.`);
  };
  show();
};

start("amdahl", draw);
