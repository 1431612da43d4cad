// The playground's page: choose a question and a picture, see the answer. The networks run in a
// worker (networks.js), so the page stays awake. Weights are scripts, for a page that was opened
// as a file may load nothing else; each is loaded when it is first needed.

const playground = (() => {
  const { COLORS, pictureCanvas, plane, spread, boxes, glow, mask, areas, tiles, evidence } =
    playgroundViews;
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const root = document.getElementById("playground");
  const at = name => root.querySelector(`[data-part="${name}"]`);
  const QUESTIONS = {
    insects: { question: "what", name: "insects-resnet18", picture: "bee" },
    flowers: { question: "what", name: "flowers-resnext", picture: "rose" },
    where: { question: "where", name: "garden-resnet18", picture: "panorama" },
    which: { question: "which", name: "scenes-fcn8s", picture: "scene" },
  };
  const MOST = 50_000_000; // pixels that a picture may have

  const el = (kind, attributes = {}, ...children) => {
    const [tag, ...classes] = kind.split(".");
    const node = document.createElement(tag);
    node.className = classes.join(" ");
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const percent = p => p < 0.005 ? "below 1 %" : p > 0.995 ? "above 99 %" : `${Math.round(100 * p)} %`;

  // ---- What is loaded ----------------------------------------------------------------------------

  const given = {}; // what a script has brought, in base64
  const give = (name, text) => { given[name] = text; };
  const bytes = text => Uint8Array.from(atob(text), sign => sign.charCodeAt(0));

  const load = name => given[name] ? Promise.resolve(bytes(given[name])) : new Promise((done, fail) => {
    const script = el("script", { src: `${folder}${name}.js` });
    script.onload = () => done(bytes(given[name]));
    script.onerror = () => fail(new Error(`${name}.js could not be loaded: is the folder of the book complete?`));
    document.head.append(script);
  });

  // The bytes of a picture file → {width, height, data}; what is transparent becomes white.
  const decode = async blob => {
    let bitmap;
    try {
      bitmap = await createImageBitmap(blob);
    } catch {
      throw new Error(`${blob.name ?? "the picture"}: this browser cannot read it as a picture`);
    }
    return pixels(bitmap, bitmap.width, bitmap.height);
  };

  const pixels = (source, width, height) => {
    if (width * height > MOST) throw new Error(`${width}×${height} pixels are too many: 50 million at most`);
    if (Math.max(width, height) > 64 * Math.min(width, height))
      throw new Error(`${width}×${height}: a side may be at most 64 times as long as the other`);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
    context.drawImage(source, 0, 0);
    return context.getImageData(0, 0, width, height);
  };

  // ---- The worker --------------------------------------------------------------------------------

  let worker, sent, stop;

  const listen = `const { answer } = (${networks})();
    onmessage = ({ data }) => {
      try { postMessage({ found: answer(data, done => postMessage({ done })) }); }
      catch (error) { postMessage({ error: error.message }); }
    };`;

  const begin = () => {
    worker = new Worker(URL.createObjectURL(new Blob([listen], { type: "text/javascript" })));
    sent = new Set(); // networks that it has
  };

  // Ask, and hear how much is done; `stop` ends the worker, and the promise with it.
  const ask = (question, name, weights, picture, tell) => new Promise((done, fail) => {
    if (!worker) begin();
    stop = () => { worker.terminate(); worker = stop = undefined; fail(new Error("cancelled")); };
    worker.onmessage = ({ data: { found, error, done: part } }) => {
      if (part !== undefined) tell(part);
      else { stop = undefined; error ? fail(new Error(error)) : done(found); }
    };
    worker.onerror = ({ message }) => { stop = undefined; fail(new Error(message)); };
    worker.postMessage({ question, name, weights: sent.has(name) ? undefined : weights.buffer, picture });
    sent.add(name);
  });

  // ---- The state, and what changes it --------------------------------------------------------------

  const state = { kind: "insects", picture: undefined, file: "", found: undefined, turn: 0,
    label: undefined, threshold: 0.25, place: undefined, stage: 0, lit: true };

  const say = text => { at("status").textContent = text; };

  const busy = on => {
    root.classList.toggle("busy", on);
    at("progress").hidden = at("cancel").hidden = !on;
  };

  const run = async () => {
    const turn = ++state.turn;
    if (stop) stop();
    const { question, name } = QUESTIONS[state.kind];
    busy(true);
    at("progress").value = 0;
    say(given[name] ? "computing" : "loading the network");
    try {
      const weights = await load(name);
      if (turn !== state.turn) return;
      say("computing");
      const found = await ask(question, name, weights, state.picture, part => { at("progress").value = part; });
      if (turn !== state.turn) return;
      Object.assign(state, { found: { ...found, question, name }, label: undefined, place: undefined });
      show();
      say(`${found.names.length} classes, ${Math.round(found.ms)} ms on one core of this device; nothing was sent.`);
    } catch (error) {
      if (turn === state.turn) say(error.message);
    }
    if (turn === state.turn) busy(false);
  };

  const choosePicture = async (read, file) => {
    const turn = ++state.turn;
    try {
      const picture = await read();
      if (turn !== state.turn) return;
      Object.assign(state, { picture, file });
      for (const button of root.querySelectorAll("[data-picture]"))
        button.setAttribute("aria-pressed", button.dataset.picture === file);
      at("drawn").hidden = file in PICTURES;
      at("shown").hidden = false;
      await run();
    } catch (error) {
      say(error.message);
    }
  };

  const example = name => choosePicture(() => decode(new Blob([bytes(PICTURES[name].data)])), name);
  const own = file => choosePicture(() => decode(file), file.name);

  const chooseQuestion = kind => {
    state.kind = kind;
    for (const radio of root.querySelectorAll("[name=playground-question]")) radio.checked = radio.value === kind;
    if (!state.picture || state.file in PICTURES) return example(QUESTIONS[kind].picture);
    return run();
  };

  // ---- What is shown ---------------------------------------------------------------------------------

  const bars = (names, values, note) => el("table.playground-bars", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "class"), el("th", { scope: "col" }, note))),
    el("tbody", {}, ...names.map((name, i) => [name, values[i]]).sort((a, b) => b[1] - a[1])
      .map(([name, value]) => el("tr", {},
        el("th", { scope: "row" }, name),
        el("td", {}, el("span.playground-bar", { style: `width: calc(${value} * (100% - 5.5rem)); background: ${COLORS[name]}` }),
          el("span", {}, percent(value)))))));

  const show = () => {
    const { found } = state, { seen, question } = found;
    const canvas = at("canvas"), context = canvas.getContext("2d");
    [canvas.width, canvas.height] = [seen.width, seen.height];
    context.drawImage(pictureCanvas(seen), 0, 0);
    at("where").hidden = question !== "where";
    at("lit-choice").hidden = question !== "what";
    const { width, height } = state.picture;
    const same = width === seen.width && height === seen.height;
    at("size").textContent = `${seen.width}×${seen.height} pixels` +
      (same ? "" : question === "what" ? `, the middle of ${width}×${height}, made smaller` :
        `, made ${width > seen.width ? "smaller" : "larger"} from ${width}×${height}`);
    ({ what: showWhat, where: showWhere, which: showWhich })[question](context);
    showInside();
  };

  const over = (context, layer) => { // cells stay squares
    context.imageSmoothingEnabled = false;
    context.drawImage(layer, 0, 0, context.canvas.width, context.canvas.height);
  };

  const showWhat = context => {
    const { names, probabilities, cells } = state.found;
    const values = [...probabilities.values], best = values.indexOf(Math.max(...values));
    if (state.lit) over(context, evidence(cells, best));
    at("canvas").setAttribute("aria-label", `The network answers ${names[best]}.`);
    at("answer").replaceChildren(bars(names, values, "probability"));
  };

  const showWhere = context => {
    const { found, threshold } = state;
    const { names, probabilities, seen, window: side, stride } = found;
    const peaks = names.map((_, i) => Math.max(...plane(probabilities, i)));
    const shown = names.map((name, i) => i).filter(i => names[i] !== "background");
    state.label ??= shown.reduce((a, b) => peaks[b] > peaks[a] ? b : a);
    const color = COLORS[names[state.label]];
    const scores = spread(probabilities, state.label, seen, side, stride);
    const places = boxes(scores, seen, threshold);
    context.drawImage(glow(scores, seen, color), 0, 0);
    context.lineWidth = Math.max(2, seen.width / 300);
    for (const { left, top, right, bottom } of places) {
      context.strokeStyle = "white";
      context.strokeRect(left, top, right - left, bottom - top);
    }
    const cell = state.place ?? plane(probabilities, state.label).indexOf(peaks[state.label]);
    state.place = cell;
    const [row, column] = [Math.floor(cell / probabilities.width), cell % probabilities.width];
    context.setLineDash([6, 4]);
    context.strokeStyle = color;
    context.strokeRect(column * stride, row * stride, side, side);
    context.setLineDash([]);
    const select = at("class");
    select.replaceChildren(...shown.map(i => el("option", { value: i }, `${names[i]} (${percent(peaks[i])})`)));
    select.value = state.label;
    at("threshold-value").textContent = percent(threshold);
    const many = `${places.length} ${places.length === 1 ? "place" : "places"}`;
    at("canvas").setAttribute("aria-label",
      `${many} for ${names[state.label]}. Window: row ${row + 1} of ${probabilities.height}, column ${column + 1} of ${probabilities.width}.`);
    state.found.boxes = places;
    at("answer").replaceChildren(
      el("p", {}, `${many} where ${names[state.label]} reaches ${percent(threshold)}. `,
        `The map has ${probabilities.height}×${probabilities.width} positions. The dashed window of ${side}×${side} pixels is one of them, and the network says of it:`),
      bars(names, names.map((_, i) => plane(probabilities, i)[cell]), "probability in the window"));
  };

  const showWhich = context => {
    const { names, classes, seen } = state.found, found = areas(classes, names);
    over(context, mask(classes, seen, names));
    at("canvas").setAttribute("aria-label", "Pixels: " + found.map(a => `${a.name} ${percent(a.share)}`).join(", "));
    at("answer").replaceChildren(bars(found.map(a => a.name), found.map(a => a.share), "share of the pixels"));
  };

  const showInside = () => {
    const map = state.found.maps[state.stage];
    at("inside-note").textContent = `${map.channels} maps of ${map.height}×${map.width} cells` +
      (map.channels > 64 ? "; the first 64:" : ":");
    at("inside").replaceChildren(tiles(map, 64));
    const canvas = at("inside").firstChild;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", at("inside-note").textContent + " from black, the least, to white");
  };

  // ---- What the reader does ----------------------------------------------------------------------------

  const PICTURES = {}; // pictures.js fills it, and calls `open`

  const movePlace = (rows, columns) => {
    const { height, width } = state.found.probabilities;
    const clamp = (x, most) => Math.min(Math.max(x, 0), most - 1);
    const [row, column] = [Math.floor(state.place / width), state.place % width];
    state.place = clamp(row + rows, height) * width + clamp(column + columns, width);
    show();
  };

  const pointAt = event => {
    if (state.found?.question !== "where") return;
    const box = at("canvas").getBoundingClientRect();
    const { probabilities, seen, window: side, stride } = state.found;
    const cell = (share, length, cells) =>
      Math.min(Math.max(Math.round((share * length - side / 2) / stride), 0), cells - 1);
    state.place = cell((event.clientY - box.top) / box.height, seen.height, probabilities.height) *
      probabilities.width + cell((event.clientX - box.left) / box.width, seen.width, probabilities.width);
    show();
  };

  const camera = async () => {
    const video = at("video");
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
      at("camera-view").hidden = false;
      at("shoot").focus();
    } catch (error) {
      say(`no picture from the camera: ${error.message}`);
    }
  };

  const closeCamera = () => {
    for (const track of at("video").srcObject?.getTracks() ?? []) track.stop();
    at("video").srcObject = null;
    at("camera-view").hidden = true;
    at("camera").focus();
  };

  const shoot = () => {
    const video = at("video");
    const picture = pixels(video, video.videoWidth, video.videoHeight);
    closeCamera();
    return choosePicture(async () => picture, "a picture of the camera");
  };

  const listenTo = () => {
    const on = (part, kind, act) => at(part).addEventListener(kind, act);
    for (const radio of root.querySelectorAll("[name=playground-question]"))
      radio.addEventListener("change", () => chooseQuestion(radio.value));
    on("file", "change", event => { if (event.target.files[0]) own(event.target.files[0]); event.target.value = ""; });
    on("choose", "click", () => at("file").click());
    on("camera", "click", camera);
    on("shoot", "click", shoot);
    on("close", "click", closeCamera);
    on("cancel", "click", () => stop?.());
    on("class", "change", event => { state.label = Number(event.target.value); state.place = undefined; show(); });
    on("threshold", "input", event => { state.threshold = event.target.value / 100; show(); });
    on("lit", "change", event => { state.lit = event.target.checked; show(); });
    on("stage", "change", event => { state.stage = Number(event.target.value); showInside(); });
    on("canvas", "click", pointAt);
    on("canvas", "keydown", event => {
      const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
      if (!(event.key in steps) || state.found?.question !== "where") return;
      event.preventDefault();
      movePlace(...steps[event.key]);
    });
    at("camera").hidden = !navigator.mediaDevices?.getUserMedia;
    for (const kind of ["dragover", "drop"])
      root.addEventListener(kind, event => {
        event.preventDefault();
        root.classList.toggle("dropping", kind === "dragover");
        if (kind === "drop" && event.dataTransfer.files[0]) own(event.dataTransfer.files[0]);
      });
    root.addEventListener("dragleave", () => root.classList.remove("dropping"));
  };

  const open = pictures => {
    Object.assign(PICTURES, pictures);
    at("pictures").prepend(...Object.entries(pictures).map(([name, { words, data }]) => {
      const image = el("img", { src: `data:image/jpeg;base64,${data}`, alt: words });
      const button = el("button", { type: "button", "data-picture": name, "aria-pressed": "false" }, image);
      button.addEventListener("click", () => example(name));
      return button;
    }));
    listenTo();
    root.hidden = false;
    say("Choose a picture. The first answer of a network loads it: 1 to 1.4 MB.");
  };

  return { give, open, state };
})();
