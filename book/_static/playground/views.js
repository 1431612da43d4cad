// What the playground draws of an answer: colored maps, boxes, masks, tiles of the maps inside.

const playgroundViews = (() => {
  const COLORS = { // of classes, told apart on pictures and in both themes
    ant: "#d55e00", ants: "#d55e00", bee: "#e69f00", bees: "#e69f00", daisy: "#56b4e9",
    dandelion: "#0072b2", rose: "#cc79a7", roses: "#cc79a7", sunflower: "#009e73",
    sunflowers: "#009e73", tulip: "#8c5fbf", tulips: "#8c5fbf", background: "#7f8c8d",
  };

  const canvasOf = (width, height) =>
    Object.assign(document.createElement("canvas"), { width, height });

  // A canvas whose pixels `color(at)` says: red, green, blue, opacity, from 0 to 255.
  const painted = (width, height, color) => {
    const canvas = canvasOf(width, height), image = new ImageData(width, height);
    for (let at = 0; at < width * height; at++) image.data.set(color(at), 4 * at);
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  };

  const pictureCanvas = ({ width, height, data }) => {
    const canvas = canvasOf(width, height);
    canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
    return canvas;
  };

  const rgb = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));

  const plane = (map, channel) => {
    const size = map.height * map.width;
    return map.values.subarray(channel * size, (channel + 1) * size);
  };

  // A class's numbers brought to every pixel: each to the middle of its window, and in between a
  // mean of the four around. Beyond the outermost middles they stay as they are.
  const spread = (map, channel, { width, height }, window, stride) => {
    const scores = plane(map, channel);
    const along = (length, cells) => Array.from({ length }, (_, pixel) => {
      let cell = Math.min(Math.max((pixel - (window - 1) / 2) / stride, 0), cells - 1);
      if (Math.abs(cell - Math.round(cell)) * stride <= 0.5) cell = Math.round(cell);
      const low = Math.min(Math.floor(cell), Math.max(0, cells - 2));
      return [low, Math.min(low + 1, cells - 1), cell - low];
    });
    const [rows, columns] = [along(height, map.height), along(width, map.width)];
    const out = new Float32Array(width * height);
    rows.forEach(([above, below, down], y) => columns.forEach(([left, right, across], x) => {
      const between = row => scores[row * map.width + left] * (1 - across) +
        scores[row * map.width + right] * across;
      out[y * width + x] = between(above) * (1 - down) + between(below) * down;
    }));
    return out;
  };

  // The pieces where the numbers reach the threshold: [left, top, right, bottom] and the highest.
  const boxes = (scores, { width, height }, threshold) => {
    const [seen, found] = [new Uint8Array(width * height), []];
    for (let first = 0; first < scores.length; first++) {
      if (seen[first] || scores[first] < threshold) continue;
      const box = { left: width, top: height, right: 0, bottom: 0, score: 0 }, left = [first];
      seen[first] = 1;
      while (left.length) {
        const at = left.pop(), x = at % width, y = (at - x) / width;
        box.left = Math.min(box.left, x); box.right = Math.max(box.right, x + 1);
        box.top = Math.min(box.top, y); box.bottom = Math.max(box.bottom, y + 1);
        box.score = Math.max(box.score, scores[at]);
        for (const [next, inside] of [[at - 1, x > 0], [at + 1, x < width - 1],
          [at - width, y > 0], [at + width, y < height - 1]])
          if (inside && !seen[next] && scores[next] >= threshold) { seen[next] = 1; left.push(next); }
      }
      found.push(box);
    }
    return found.sort((a, b) => b.score - a.score);
  };

  // Numbers from 0 to 1 as a glow of a class's color.
  const glow = (scores, { width, height }, color) => {
    const [r, g, b] = rgb(color);
    return painted(width, height, at => [r, g, b, 200 * scores[at]]);
  };

  const mask = (classes, { width, height }, names) => {
    const colors = names.map(name => rgb(COLORS[name]));
    return painted(width, height, at => [...colors[classes[at]], classes[at] ? 170 : 0]);
  };

  // How much of the picture each class covers, the largest first.
  const areas = (classes, names) => {
    const counts = new Array(names.length).fill(0);
    for (const one of classes) counts[one]++;
    return counts.map((count, i) => ({ name: names[i], share: count / classes.length }))
      .filter(({ share }) => share).sort((a, b) => b.share - a.share);
  };

  // All channels of a map side by side, each from its least (black) to its largest (white).
  const tiles = (map, most) => {
    const count = Math.min(map.channels, most), gap = 1;
    const columns = Math.min(count, Math.max(4, Math.round(Math.sqrt(count * 2 * map.height / map.width))));
    const [w, h] = [map.width + gap, map.height + gap];
    const canvas = canvasOf(columns * w - gap, Math.ceil(count / columns) * h - gap);
    const context = canvas.getContext("2d");
    for (let c = 0; c < count; c++) {
      const values = plane(map, c);
      let [least, largest] = [Infinity, -Infinity];
      for (const value of values) { least = Math.min(least, value); largest = Math.max(largest, value); }
      const tile = painted(map.width, map.height, at => {
        const gray = largest > least ? 255 * (values[at] - least) / (largest - least) : 0;
        return [gray, gray, gray, 255];
      });
      context.drawImage(tile, (c % columns) * w, Math.floor(c / columns) * h);
    }
    return canvas;
  };

  // What each cell adds to a class's logit, the bias apart: green for it, purple against it.
  const evidence = (cells, channel) => {
    const values = plane(cells, channel), most = Math.max(...values.map(Math.abs)) || 1;
    return painted(cells.width, cells.height, at =>
      [...(values[at] > 0 ? [0, 158, 115] : [150, 60, 160]), 120 * Math.abs(values[at]) / most]);
  };

  return { COLORS, pictureCanvas, plane, spread, boxes, glow, mask, areas, tiles, evidence };
})();
