// A band around the borders of a mask. Within it, what two networks have right is counted.
const unpack = text => text.split(" ").flatMap(run => {
  const value = parseInt(run, 36);
  return Array(Math.floor(value / 3)).fill(value % 3);
});

// How many steps to the next pixel with another label, to any of eight neighbors; 0: too far.
const steps = (labels, side, most) => {
  let [low, high] = [labels, labels];
  const near = (values, choose) => {
    const spread = (from, jump, place) => from.map((value, k) => {
      const others = [value];
      if (place(k) > 0) others.push(from[k - jump]);
      if (place(k) < side - 1) others.push(from[k + jump]);
      return choose(...others);
    });
    return spread(spread(values, 1, k => k % side), side, k => Math.floor(k / side));
  };
  const found = labels.map(() => 0);
  for (let width = 1; width <= most; width += 1) {
    low = near(low, Math.min);
    high = near(high, Math.max);
    found.forEach((at, k) => { if (!at && low[k] !== high[k]) found[k] = width; });
  }
  return found;
};

const draw = (stage, data, say) => {
  const { side, names, most } = data;
  const truth = unpack(data.truth);
  const answers = data.answers.map(unpack);
  const away = steps(truth, side, most);
  let width = data.start;
  const near = k => away[k] > 0 && away[k] <= width;
  const inside = k => near(k) && truth[k] < 2;
  const count = test => truth.reduce((sum, _, k) => sum + (inside(k) && test(k) ? 1 : 0), 0);
  const counts = () => [count(() => true), ...answers.map(answer => count(k => answer[k] === truth[k]))];
  const agrees = data.checks.every(([at, ...wanted]) => { width = at; return String(counts()) === String(wanted); });
  width = data.start;
  const all = truth.filter(label => label < 2).length;

  const panel = (title, ...more) => {
    const canvas = el("canvas", { width: side, height: side, "aria-hidden": "true" });
    const value = el("b");
    const note = el("span");
    return { canvas, value, note, node: el("div.tm-panel", {}, el("div.tm-frame", {}, ...more, canvas), el("p", {}, title + " ", value), note) };
  };
  const picture = panel("picture and band", el("img", { src: data.image, alt: "" }));
  const mask = panel("truth");
  const shown = names.map(name => panel(name));
  const knob = el("span.tm-knob");
  const track = el("div.tm-track", {}, knob);
  const label = el("b");
  const body = el("div.tm", {}, el("div.tm-panels", {}, ...[picture, mask, ...shown].map(({ node }) => node)),
    el("p.tm-width", {}, "width of the band ", label), track);
  stage.append(body);
  stage.dataset.agrees = agrees;
  if (!agrees) stage.append(el("p", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const tell = grab(knob, body, {
    name: "width of the band", step: 1, get: () => width, set: x => { width = x; show(); },
    range: () => [1, most], pixels: () => track.clientWidth / (most - 1), words: x => `${x} pixels`,
  });
  const paint = (canvas, color) => {
    const image = new ImageData(side, side);
    truth.forEach((_, k) => image.data.set(color(k), 4 * k));
    canvas.getContext("2d").putImageData(image, 0, 0);
  };
  const tone = (label, k) => (inside(k) ? [[170, 170, 170, 255], [128, 0, 0, 255]] : [[222, 222, 222, 255], [208, 168, 168, 255]])[label];

  const show = () => {
    const [scored, ...right] = counts();
    paint(picture.canvas, k => [255, 255, 255, near(k) ? 0 : 200]);
    paint(mask.canvas, k => truth[k] > 1 ? [255, 255, 255, 255] : tone(truth[k], k));
    shown.forEach(({ canvas, value, note }, i) => {
      paint(canvas, k => truth[k] > 1 ? [255, 255, 255, 255] : inside(k) && answers[i][k] !== truth[k] ? [255, 140, 0, 255] : tone(answers[i][k], k));
      value.textContent = fixed(right[i] / scored, 2);
      note.textContent = `${right[i]} of ${scored} right`;
    });
    label.textContent = width;
    picture.note.textContent = `${fixed(scored / all * 100, 0)} % of what is scored`;
    mask.note.textContent = "white: void";
    knob.style.left = (width - 1) / (most - 1) * 100 + "%";
    tell();
    say(`Width ${width}: ` + names.map((name, i) => name + " " + fixed(right[i] / scored, 2)).join(", ") + ".");
  };
  show();
};

start("trimap", draw);
