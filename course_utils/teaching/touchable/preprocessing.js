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
    for (const j of near) {
      const part = weight(j) / sum;
      for (let n = 0; n < rows * 3; n++) out[k * rows * 3 + n] += part * numbers[(n - n % 3) * from + n % 3 + j * 3];
    }
  }
  return out;
};

// What the network gets, from numbers between 0 and 255.
const prepare = (numbers, on) => {
  const [bgr, bytes, plain] = Object.keys(MISTAKES).map(key => on.has(key));
  return numbers.map((byte, n) => {
    const channel = n % 3;
    const x = (bgr ? numbers[n - 2 * channel + 2] : byte) / (bytes ? 1 : 255);
    return plain ? x : (x - MEAN[channel]) / STD[channel];
  });
};

const number = x => (Math.abs(x) < 100 ? fixed(x, 1) : short(x, 1));
const ends = numbers => {
  let [low, high] = [Infinity, -Infinity];
  for (const x of numbers) [low, high] = [Math.min(low, x), Math.max(high, x)];
  return [low, high];
};

const draw = (stage, data, say) => {
  const { sizes, accuracy } = data;
  const trained = sizes.indexOf(data.trained);
  const on = new Set();
  let at = trained;
  let source, known;

  const boxes = Object.entries(MISTAKES).map(([key, text]) => {
    const input = el("input", { type: "checkbox" });
    input.addEventListener("change", () => { on[input.checked ? "add" : "delete"](key); show(); });
    return el("label.pp-choice", {}, input, text);
  });
  const room = Math.max(...sizes);
  const canvas = el("canvas", { "aria-hidden": "true" });
  const frame = el("div.pp-frame", { style: `width: ${data.trained}px` });
  const shape = el("b.pp-shape");
  const striped = el("span");
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
      el("p", {}, shape, ": no error")),
    el("div", {},
      el("p.cv-head", {}, el("b", {}, "The tensor's range"), striped), seen.row, then.row,
      el("p.cv-head", {}, el("b", {}, `Accuracy on ${data.pictures} pictures`), el("span", {}, "drag the point")),
      now.row, right.row, line.box,
      legend({ now: "now", gray: "no mistake", chance: "chance" }))));

  // The tensor as a picture, if it is taken for one that is normalized; where all three colors are
  // above the largest number of such a picture, it is striped. Returns what share of the numbers is.
  const paint = (numbers, size) => {
    const pixels = new ImageData(size, size);
    let out = 0;
    for (let n = 0; n < size * size; n++) {
      let bright = 0;
      for (let c = 0; c < 3; c++) {
        const x = numbers[3 * n + c] * STD[c] + MEAN[c];
        bright += x > 1.001;
        pixels.data[4 * n + c] = x * 255;
      }
      if (bright > 2 && (n % size + Math.floor(n / size)) % 12 < 3) pixels.data.fill(150, 4 * n, 4 * n + 3);
      pixels.data[4 * n + 3] = 255;
      out += bright;
    }
    canvas.width = canvas.height = size;
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    striped.textContent = out ? "striped: above white" : "";
    return out ? `${fixed(out / numbers.length * 100, 0)} % above white` : "";
  };

  const tensor = (size, mistakes) => {
    const side = Math.sqrt(source.length / 3);
    return prepare(stretch(stretch(source, side, size), side, size), mistakes);
  };

  // Draw the picture and the range of its numbers; return the range as a text.
  const drawPicture = size => {
    const numbers = tensor(size, on);
    const both = [ends(numbers), known];
    const [from, to] = ends(both.flat());
    const place = x => (x - from) / (to - from);
    const words = [paint(numbers, size), ""];
    [seen, then].forEach((bar, k) => bar.put(both[k].map(number).join(" to "), ...both[k].map(place), words[k]));
    return `numbers from ${seen.value.textContent}, `;
  };

  const show = () => {
    const size = sizes[at];
    const made = Object.keys(MISTAKES).filter(key => on.has(key));
    const [shares, best] = [accuracy[made.join(" ")], accuracy[""]];
    shape.textContent = `(3, ${size}, ${size}), float32`;
    now.put(fixed(shares[at], 2), 0, shares[at], `${size} pixels a side`);
    right.put(fixed(best[trained], 2), 0, best[trained], `${data.trained} pixels a side`);
    line.show(shares, best);
    say(`${size} pixels a side, ${made.map(key => MISTAKES[key]).join(", ") || "no mistake"}: ` +
      (source ? drawPicture(size) : "") +
      `accuracy ${fixed(shares[at], 2)}; as in training ${fixed(best[trained], 2)}.`);
  };

  const image = new Image();
  image.addEventListener("load", () => {
    const side = canvas.width = canvas.height = image.naturalWidth;
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    source = Float32Array.from(pen.getImageData(0, 0, side, side).data.filter((_, n) => n % 4 < 3));
    known = ends(tensor(data.trained, new Set()));
    show();
  });
  image.src = data.picture;
  show();
};

start("preprocessing", draw);
