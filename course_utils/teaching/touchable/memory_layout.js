// Where the numbers of a 3×3 window lie in memory, with channels first and with channels last.
const orders = {
  "channels first": (c, y, x, { rows, columns }) => (c * rows + y) * columns + x,
  "channels last": (c, y, x, { channels, columns }) => (y * columns + x) * channels + c,
};

const around = (place, size) => [place - 1, place, place + 1].filter(k => k >= 0 && k < size);

// The places in memory that the window around a pixel reads, in order.
const places = (at, y, x, data) => {
  const found = [];
  for (let c = 0; c < data.channels; c += 1) {
    for (const row of around(y, data.rows)) for (const column of around(x, data.columns)) found.push(at(c, row, column, data));
  }
  return found.sort((a, b) => a - b);
};

const draw = (stage, data, say) => {
  const { channels, rows, columns, line } = data;
  const size = channels * rows * columns;
  let [y, x] = data.start;
  const agrees = data.checks.every(([name, row, column, wanted]) => String(places(orders[name], row, column, data)) === String(wanted));
  stage.dataset.agrees = agrees;

  const pixels = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const button = el("button.ml-pixel", { type: "button", "aria-label": `row ${row + 1}, column ${column + 1}` });
      const choose = () => { [y, x] = [row, column]; show(); };
      button.addEventListener("pointerenter", event => { if (event.pointerType === "mouse") choose(); });
      button.addEventListener("click", choose);
      button.addEventListener("focus", choose);
      pixels.push(button);
    }
  }
  const grid = el("div.ml-grid", { role: "group", "aria-label": "pixels of the picture" }, ...pixels);
  grid.style.setProperty("--columns", columns);
  grid.addEventListener("keydown", event => {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (!(event.key in steps)) return;
    const [down, right] = steps[event.key];
    event.preventDefault();
    event.stopPropagation();
    pixels[clamp(y + down, 0, rows - 1) * columns + clamp(x + right, 0, columns - 1)].focus();
  });

  const memories = Object.entries(orders).map(([name, at]) => {
    const channel = Array(size);
    for (let c = 0; c < channels; c += 1) {
      for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) channel[at(c, row, column, data)] = c;
    }
    const cells = channel.map(c => el(`i.ml-c${c}`));
    const value = el("span.ml-value");
    const box = el("div.ml-memory", { "aria-hidden": "true" }, ...cells);
    box.style.setProperty("--line", line);
    return { name, at, cells, value, node: el("div", {}, el("p.ml-head", {}, el("b", {}, name), " ", value), box) };
  });
  const colors = Array.from({ length: channels }, (_, c) => el("span.ml-key", {}, el(`i.ml-c${c}.ml-read`), `channel ${c + 1}`));
  stage.append(
    el("div.ml-two", {},
      el("div", {}, el("p.ml-head", {}, el("b", {}, "The picture"), " ", el("span", {}, "choose a pixel")), grid,
        el("p.ml-keys", {}, ...colors)),
      el("div.ml-memories", {}, ...memories.map(({ node }) => node))),
    el("p.ml-note", {}, `Memory: a square for each number of 4 bytes, a row for each line of ${4 * line} bytes that the processor fetches at once.`));
  if (!agrees) stage.append(el("p.ml-wrong", { role: "alert" }, "This page does not compute what PyTorch computed."));

  const show = () => {
    pixels.forEach((button, k) => {
      const [row, column] = [Math.floor(k / columns), k % columns];
      const chosen = row === y && column === x;
      button.tabIndex = chosen ? 0 : -1;
      button.setAttribute("aria-pressed", chosen);
      button.classList.toggle("ml-inside", around(y, rows).includes(row) && around(x, columns).includes(column));
    });
    const told = memories.map(({ name, at, cells, value }) => {
      const read = places(at, y, x, data);
      const pieces = read.filter((place, k) => place !== read[k - 1] + 1).length;
      const lines = new Set(read.map(place => Math.floor(place / line))).size;
      const inside = new Set(read);
      cells.forEach((cell, place) => cell.classList.toggle("ml-read", inside.has(place)));
      value.textContent = `${4 * read.length} bytes in ${pieces} pieces, on ${lines} of ${Math.ceil(size / line)} lines`;
      return `${name}: ${value.textContent}`;
    });
    say(`Row ${y + 1}, column ${x + 1}. ${told.join("; ")}.`);
  };
  show();
};

start("memory_layout", draw);
