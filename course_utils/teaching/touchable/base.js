// What all figures to touch share. These functions and those of the figure are in one function
// of their own, so that nothing is global and two figures do not disturb each other.

// Make an element: el("p.quiet.large", {role: "status"}, "text", another).
const el = (kind, attributes = {}, ...children) => {
  const [tag, ...classes] = kind.split(".");
  const node = document.createElement(tag);
  node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

// The digits of Python's f"{x:.2f}", ties to even, with a real minus sign and no minus zero.
const fixed = (x, digits) => {
  let text = Math.abs(x).toFixed(digits);
  const exact = Math.abs(x).toFixed(digits + 60);
  const cut = exact.slice(0, -60).replace(/\.$/, "");
  if (/^50*$/.test(exact.slice(-60)) && /[02468]$/.test(cut)) text = cut;
  return (x < 0 && Number(text) ? "−" : "") + text;
};

// A positive number of any size: 0.14, 7.4, 2,981, 6.6·10⁷.
const short = (x, digits) => {
  if (x >= 100 && x < 1e6) return fixed(x, 0).replace(/\B(?=(\d{3})+$)/g, ",");
  if (x < 100 && x >= 0.01) return fixed(x, digits);
  const [factor, power] = x.toExponential(1).split("e");
  const raised = [...power.replace("+", "")].map(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻");
  return factor + "·10" + raised.join("");
};

// A share of 1; what is nearly all or nothing is not called so.
const share = p => (p < 0.005 ? "<0.01" : p > 0.995 ? ">0.99" : fixed(p, 2));

const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

// A thing that is grabbed and drawn sideways, or moved by keys. `handle` gets the focus and tells
// its value; `zone` is where a mouse or a finger takes hold. A touch alone changes nothing, and a
// finger that goes up or down scrolls the page. Returns a function that tells the value anew.
//   name: what it is called     get(), set(x): its value      range(): the least and the largest
//   step: of the value          pixels(): of one unit         words(x): the value as a text
const grab = (handle, zone, { name, get, set, range, step, pixels, words }) => {
  const round = x => Math.round(clamp(x, ...range()) / step) * step;
  const put = x => set(clamp(round(x), ...range()));
  handle.tabIndex = 0;
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-label", name);
  zone.classList.add("touch-zone");
  zone.addEventListener("mousedown", event => event.preventDefault());
  zone.addEventListener("pointerdown", event => {
    if (event.button) return;
    const [from, value] = [event.clientX, get()];
    const over = new AbortController();
    const on = (kind, act) => window.addEventListener(kind, act, { signal: over.signal });
    const end = () => { over.abort(); zone.classList.remove("touch-held"); };
    handle.focus({ preventScroll: true });
    zone.setPointerCapture(event.pointerId);
    zone.classList.add("touch-held");
    on("pointermove", e => put(value + (e.clientX - from) / pixels()));
    on("pointerup", end);
    on("pointercancel", () => { end(); set(value); });
  });
  handle.addEventListener("keydown", event => {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
    const ends = { Home: range()[0], End: range()[1] };
    if (event.key in steps) put(get() + steps[event.key] * step);
    else if (event.key in ends) set(ends[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return () => {
    const [low, high] = range();
    handle.setAttribute("aria-valuemin", low);
    handle.setAttribute("aria-valuemax", high);
    handle.setAttribute("aria-valuenow", get());
    handle.setAttribute("aria-valuetext", words(get()));
  };
};

// A line that screen readers read aloud, once nothing has changed for half a second.
const announcer = root => {
  const line = el("p.touch-said", { role: "status", "aria-live": "polite" });
  root.append(line);
  let timer;
  return text => {
    clearTimeout(timer);
    timer = setTimeout(() => { line.textContent = text; }, 500);
  };
};

// Put a figure in the place of its static picture, wherever it is shown and not begun yet. In
// Colab a figure sits in a frame of its own, which learns its new height.
const start = (name, draw) => {
  const colab = window.google && window.google.colab;
  for (const root of document.querySelectorAll(`figure.touch[data-touch="${name}"]`)) {
    const still = root.querySelector(".touch-still");
    const data = root.querySelector(".touch-data");
    if (!still || !data) continue;
    const stage = el("div.touch-live", { "data-lm-suppress-shortcuts": "true" });
    draw(stage, JSON.parse(data.textContent), announcer(stage));
    still.replaceWith(stage);
    root.querySelector(".touch-note").remove();
    if (!colab) continue;
    root.classList.add("touch-colab");
    const fit = () => colab.output && colab.output.resizeIframeToContent();
    root.querySelector("details").addEventListener("toggle", fit);
    fit();
  }
};
