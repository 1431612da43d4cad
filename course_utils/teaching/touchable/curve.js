// What figures of measured accuracies share: a bar with a number, which may have a line at chance;
// a curve over sizes, whose point is dragged sideways or moved by keys. Sizes are counted from 0.
const meter = (title, kind, chance) => {
  const value = el("b.cv-number");
  const more = el("span.cv-more");
  const fill = el("div.cv-fill.touch-eased");
  const well = el("div.cv-well", {}, fill);
  if (chance) well.append(el("div.cv-mark", { style: `left: ${chance * 100}%` }));
  const row = el(`div.cv-meter.cv-${kind}`, {}, el("p", {}, title, " ", value, " ", more), well);
  const put = (text, from, to, words = "") => {
    value.textContent = text;
    more.textContent = words;
    fill.style.left = from * 100 + "%";
    fill.style.width = (to - from) * 100 + "%";
  };
  return { row, put, value };
};

// What each kind of line in a curve means: legend({now: "train mode", chance: "one class"}).
const legend = kinds => el("p.cv-legend", {},
  ...Object.entries(kinds).map(([kind, text]) => el(`span.cv-key.cv-${kind}`, {}, text)));

const curve = (sizes, { name, unit, chance, words, get, set }) => {
  const last = sizes.length - 1;
  const x = at => 32 + at * 290 / last;
  const y = share => 158 - 146 * share;
  const path = shares => shares.map((share, at) => `${x(at).toFixed(1)} ${y(share).toFixed(1)}`);
  const label = (left, top, kind, text) => `<text x="${left}" y="${top}" class="cv-${kind}">${text}</text>`;
  const level = (share, kind) => `<path d="M32 ${y(share)}H322" class="cv-${kind}"/>`;
  const frame = [0, 0.5, 1].map(share => level(share, "grid") + label(25, y(share) + 4, "end", share)).join("") +
    sizes.map((size, at) => label(x(at), 176, "mid", size)).join("") + label(177, 194, "mid", unit);
  const picture = el("div", { "aria-hidden": "true" });
  const ring = el("div.cv-ring");
  const box = el("div.cv-box", {}, picture, ring);
  const tell = grab(ring, box, {
    name, get, words, step: 1,
    set: to => { if (to !== get()) set(to); },
    range: () => [0, last], pixels: () => box.clientWidth * 290 / 340 / last,
  });
  const stroke = (kind, shares) => `<path d="M${path(shares).join("L")}" class="cv-${kind}"/>`;
  const show = (now, gray, band) => {
    const area = band ? `<path d="M${[...path(band[0]), ...path(band[1]).reverse()].join("L")}Z" class="cv-band"/>` : "";
    const dots = now.map((share, at) => `<circle cx="${x(at)}" cy="${y(share)}" r="3" class="cv-dot"/>`);
    picture.innerHTML = `<svg viewBox="0 0 340 200">${frame}${level(chance, "chance")}${area}` +
      `${stroke("gray", gray)}${stroke("now", now)}${dots.join("")}</svg>`;
    ring.style.left = x(get()) / 3.4 + "%";
    ring.style.top = y(now[get()]) / 2 + "%";
    tell();
  };
  return { box, show };
};

