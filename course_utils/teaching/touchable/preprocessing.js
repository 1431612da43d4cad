// Preprocessing: three mistakes and the size of the picture; what the network gets, and how often
// it is right. The tensor of the picture is computed here as torchvision does.
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
const MISTAKES = {
  bgr: "red and blue exchanged",
  bytes: "not divided by 255",
  plain: "not normalized",
};

// One direction of torchvision's resize, bilinear and antialiased, from `from` to `to` pixels; the
// picture comes out turned, so that a second time does the other direction and turns it back.
const stretch = (numbers, from, to) => {
  const rows = numbers.length / from / 3;
  const reach = Math.max(1, from / to);
  const out = new Float32Array(rows * to * 3);
  for (let k = 0; k < to; k++) {
    const weight = j => Math.max(0, 1 - Math.abs(j + 0.5 - (k + 0.5) * from / to) / reach);
    const near = [...Array(from).keys()].filter(weight);
    const sum = near.reduce((total, j) => total + weight(j), 0);
    for (let n = 0; n < rows * 3; n++) {
      const place = Math.floor(n / 3) * from * 3 + n % 3;
      for (const j of near) out[k * rows * 3 + n] += weight(j) / sum * numbers[place + j * 3];
    }
  }
  return out;
};

// What the network gets, from numbers between 0 and 255.
const prepare = (numbers, on) => numbers.map((_, n) => {
  const channel = n % 3;
  const byte = numbers[on.has("bgr") ? n - channel + 2 - channel : n];
  const x = on.has("bytes") ? byte : byte / 255;
  return on.has("plain") ? x : (x - MEAN[channel]) / STD[channel];
});

const number = x => (Math.abs(x) < 100 ? fixed(x, 1) : short(x, 1));
const ends = numbers => numbers.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [Infinity, -Infinity]);

const draw = (stage, data, say) => {
  const { sizes, accuracy } = data;
  const trained = sizes.indexOf(data.trained);
  const on = new Set();
  let at = trained;
  let source;

  const boxes = Object.entries(MISTAKES).map(([key, text]) => {
    const input = el("input", { type: "checkbox" });
    input.addEventListener("change", () => { on[input.checked ? "add" : "delete"](key); show(); });
    return el("label.pp-choice", {}, input, text);
  });
  const room = Math.max(...sizes);
  const canvas = el("canvas", { "aria-hidden": "true" });
  const frame = el("div.pp-frame", { style: `width: ${data.trained}px` });
  const shape = el("code.pp-shape");
  const [seen, then] = [meter("now", "now"), meter("as in training", "gray")];
  const [now, right] = [meter("now", "now", data.chance), meter("as in training", "gray", data.chance)];
  const line = curve(sizes, {
    name: "size of the picture", unit: "pixels a side", chance: data.chance,
    words: k => `${sizes[k]} by ${sizes[k]} pixels`, get: () => at, set: k => { at = k; show(); },
  });

  stage.append(el("div.cv-two", {},
    el("div", {},
      el("p.cv-head", {}, el("b", {}, "Preparation"), el("span", {}, "make a mistake")), ...boxes,
      el("div.pp-room", { style: `width: ${room}px` }, canvas, frame),
      el("p", {}, shape, " no error")),
    el("div", {},
      el("p.cv-head", {}, el("b", {}, "Numbers of this picture")), seen.row, then.row,
      el("p.cv-head", {}, el("b", {}, `Accuracy on ${data.pictures} pictures`), el("span", {}, "drag the point")),
      now.row, right.row, line.box,
      legend({ now: "now", gray: "numbers as in training", chance: "chance" }))));

  // The tensor as a picture, if it is taken for one that is normalized; where all three colors are
  // above the largest number of such a picture, it is striped. Returns how many are.
  const paint = (tensor, size) => {
    const pixels = new ImageData(size, size);
    let out = 0;
    for (let n = 0; n < size * size; n++) {
      const color = MEAN.map((mean, c) => tensor[3 * n + c] * STD[c] + mean);
      const bright = color.filter(x => x > 1.001).length;
      const stripe = bright > 2 && (n % size + Math.floor(n / size)) % 12 < 3;
      pixels.data.set([...color.map(x => (stripe ? 150 : x * 255)), 255], 4 * n);
      out += bright;
    }
    canvas.width = canvas.height = size;
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    return out ? `${fixed(out / tensor.length * 100, 0)} % above white (striped)` : "";
  };

  // Draw the picture and the range of its numbers; return the range as a text.
  const drawPicture = size => {
    const side = Math.sqrt(source.length / 3);
    const tensor = (wide, mistakes) => prepare(stretch(stretch(source, side, wide), side, wide), mistakes);
    const shown = tensor(size, on);
    const both = [ends(shown), ends(tensor(data.trained, new Set()))];
    const [from, to] = ends(both.flat());
    const place = x => (x - from) / (to - from);
    const words = [paint(shown, size), ""];
    [seen, then].forEach((bar, k) => bar.put(both[k].map(number).join(" to "), ...both[k].map(place), words[k]));
    return `numbers from ${seen.value.textContent}, `;
  };

  const show = () => {
    const size = sizes[at];
    const made = Object.keys(MISTAKES).filter(key => on.has(key));
    const [shares, known] = [accuracy[made.join(" ")], accuracy[""]];
    shape.textContent = `(3, ${size}, ${size}) float32`;
    now.put(fixed(shares[at], 2), 0, shares[at], `${size} pixels a side`);
    right.put(fixed(known[trained], 2), 0, known[trained], `${data.trained} pixels a side`);
    line.show(shares, known);
    say(`${size} pixels a side, ${made.map(key => MISTAKES[key]).join(", ") || "numbers as in training"}: ` +
      (source ? drawPicture(size) : "") +
      `accuracy ${fixed(shares[at], 2)}; as in training ${fixed(known[trained], 2)}.`);
  };

  const image = new Image();
  image.addEventListener("load", () => {
    const side = canvas.width = canvas.height = image.naturalWidth;
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    source = Float32Array.from(pen.getImageData(0, 0, side, side).data.filter((_, n) => n % 4 < 3));
    show();
  });
  image.src = data.picture;
  show();
};

start("preprocessing", draw);
