// The book's networks, computed in the browser: what PyTorch does with the same weights, in plain
// JavaScript and in 64 bits. The page turns this function into a worker of its own, so that it
// also works where the page was opened as a file.
//
// A map is {channels, height, width, values}; its values lie channel by channel, row by row.

const networks = () => {
  const makeMap = (channels, height, width) =>
    ({ channels, height, width, values: new Float64Array(channels * height * width) });

  // ---- Weights: the book's .safetensors files -----------------------------------------------

  const halfFloat = bits => { // 1 bit of sign, 5 of exponent, 10 of fraction
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size = exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -24 * fraction;
    return bits >> 15 ? -size : size;
  };

  // A head of 8 bytes says how long the description is; it says where each tensor lies behind it.
  const readWeights = buffer => {
    const length = Number(new DataView(buffer).getBigUint64(0, true));
    const { __metadata__: about, ...places } =
      JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
    const tensors = {};
    for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(places)) {
      if (dtype !== "F16") continue; // the counters of batch norm
      const bits = new Uint16Array(buffer.slice(8 + length + from, 8 + length + to));
      tensors[name] = { shape, values: Float64Array.from(bits, halfFloat) };
    }
    return { tensors, info: JSON.parse(about.course_utils) };
  };

  // ---- Layers ---------------------------------------------------------------------------------

  // A convolution with the batch norm behind it: in use, a norm is a factor and a shift.
  const convolution = (tensors, name, norm, stride = 1) => {
    const { shape: [outputs, inputs, side], values } = tensors[name + ".weight"];
    const depth = inputs * side * side; // numbers that one answer is made of
    const factor = new Float64Array(outputs).fill(1);
    const shift = tensors[name + ".bias"]?.values ?? new Float64Array(outputs);
    if (norm) {
      const of = part => tensors[`${norm}.${part}`].values;
      for (let o = 0; o < outputs; o++) {
        factor[o] = of("weight")[o] / Math.sqrt(of("running_var")[o] + 1e-5);
        shift[o] = of("bias")[o] - of("running_mean")[o] * factor[o];
      }
    }
    return { weight: values.map((w, i) => w * factor[Math.floor(i / depth)]),
      shift, outputs, inputs, side, stride, depth };
  };

  // The weights of four outputs side by side, so that one walk serves all four.
  const packed = (layer, first, count) => {
    const { weight, depth } = layer;
    const rows = new Float64Array(4 * depth * Math.ceil(count / 4));
    for (let o = 0; o < count; o++)
      for (let k = 0; k < depth; k++)
        rows[4 * depth * (o >> 2) + 4 * k + (o & 3)] = weight[(first + o) * depth + k];
    return rows;
  };

  // All numbers that a row of answers is made of, two answers side by side.
  const gather = (map, { inputs, side, stride }, first, y, width, windows) => {
    const [pad, depth] = [side >> 1, inputs * side * side];
    windows.fill(0);
    for (let k = 0; k < depth; k++) {
      const [dx, dy] = [k % side - pad, Math.floor(k / side) % side - pad];
      const row = y * stride + dy;
      if (row < 0 || row >= map.height) continue; // padding is zeros
      const start = ((first + Math.floor(k / side / side)) * map.height + row) * map.width;
      const low = Math.max(0, Math.ceil(-dx / stride));
      const high = Math.min(width, Math.floor((map.width - 1 - dx) / stride) + 1);
      for (let x = low; x < high; x++)
        windows[2 * (depth * (x >> 1) + k) + (x & 1)] = map.values[start + x * stride + dx];
    }
  };

  // Eight sums at once, of four outputs at two places: here nearly all of the time is spent.
  const products = (weights, w, windows, v, depth, sums) => {
    let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    for (const end = v + 2 * depth; v < end; v += 2, w += 4) {
      const left = windows[v], right = windows[v + 1];
      const one = weights[w], two = weights[w + 1], three = weights[w + 2], four = weights[w + 3];
      a += one * left; b += one * right;
      c += two * left; d += two * right;
      e += three * left; f += three * right;
      g += four * left; h += four * right;
    }
    sums[0] = a; sums[1] = c; sums[2] = e; sums[3] = g;
    sums[4] = b; sums[5] = d; sums[6] = f; sums[7] = h;
  };

  // Convolve; then add another map, if there is one, and apply a ReLU, if it is asked for.
  const convolve = (map, layer, { relu = false, add = null } = {}) => {
    const { outputs, inputs, side, stride, depth, shift } = layer;
    const groups = map.channels / inputs, each = outputs / groups;
    const over = length => Math.floor((length + 2 * (side >> 1) - side) / stride) + 1;
    const out = makeMap(outputs, over(map.height), over(map.width));
    const { height, width, values } = out, plane = height * width;
    const windows = new Float64Array(2 * depth * ((width + 1) >> 1)), sums = new Float64Array(8);
    layer.rows ??= Array.from({ length: groups }, (_, g) => packed(layer, g * each, each));
    for (let group = 0; group < groups; group++)
      for (let y = 0; y < height; y++) {
        gather(map, layer, group * inputs, y, width, windows);
        for (let o = 0; o < each; o += 4)
          for (let x = 0; x < width; x += 2) {
            products(layer.rows[group], depth * o, windows, depth * x, depth, sums);
            for (let i = 0; i < 8; i++) {
              const [output, column] = [o + (i & 3), x + (i >> 2)];
              if (output >= each || column >= width) continue;
              const at = (group * each + output) * plane + y * width + column;
              const sum = sums[i] + shift[group * each + output] + (add ? add.values[at] : 0);
              values[at] = relu && sum < 0 ? 0 : sum;
            }
          }
      }
    return out;
  };

  // The largest of each 3×3, in steps of two.
  const maxPool = map => {
    const { channels, height, width, values } = map;
    const out = makeMap(channels, (height + 1) >> 1, (width + 1) >> 1);
    let at = 0;
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < out.height; y++)
        for (let x = 0; x < out.width; x++) {
          let largest = -Infinity;
          for (let row = Math.max(0, 2 * y - 1); row <= Math.min(height - 1, 2 * y + 1); row++)
            for (let k = Math.max(0, 2 * x - 1); k <= Math.min(width - 1, 2 * x + 1); k++)
              largest = Math.max(largest, values[(c * height + row) * width + k]);
          out.values[at++] = largest;
        }
    return out;
  };

  // The mean of each window of so many cells each way: the network's average pooling, sliding.
  const averages = (map, side) => {
    const out = makeMap(map.channels, map.height - side + 1, map.width - side + 1);
    let at = 0;
    for (let c = 0; c < map.channels; c++)
      for (let y = 0; y < out.height; y++)
        for (let x = 0; x < out.width; x++) {
          let sum = 0;
          for (let k = 0; k < side * side; k++)
            sum += map.values[(c * map.height + y + Math.floor(k / side)) * map.width + x + k % side];
          out.values[at++] = sum / side ** 2;
        }
    return out;
  };

  // A transposed convolution, a kernel for each channel: each cell adds its kernel, times its
  // value, to a larger map; half a factor is cut off at each side, and what is beyond the size.
  const enlarge = (map, { shape, values: weight }, size) => {
    const side = shape[2], factor = side / 2, pad = factor / 2;
    const out = makeMap(map.channels, size.height, size.width);
    for (let c = 0; c < map.channels; c++)
      for (let y = 0; y < map.height; y++)
        for (let x = 0; x < map.width; x++) {
          const value = map.values[(c * map.height + y) * map.width + x];
          for (let k = 0; k < side * side; k++) {
            const row = y * factor - pad + Math.floor(k / side), column = x * factor - pad + k % side;
            if (row < 0 || column < 0 || row >= size.height || column >= size.width) continue;
            out.values[(c * size.height + row) * size.width + column] +=
              value * weight[c * side * side + k];
          }
        }
    return out;
  };

  // ---- Networks -------------------------------------------------------------------------------

  // ResNet-18 and a small ResNeXt: a stem, and four stages of blocks. What they are made of, the
  // names of their weights say.
  const build = ({ tensors, info }) => {
    const front = "conv1.weight" in tensors ? "" : "body.";
    const layer = (name, norm, stride) => convolution(tensors, front + name, front + norm, stride);
    const blocks = [];
    for (let stage = 1; stage <= 4; stage++)
      for (let number = 0; `${front}layer${stage}.${number}.conv1.weight` in tensors; number++) {
        const name = `layer${stage}.${number}.`, has = part => front + name + part in tensors;
        const count = has("conv3.weight") ? 3 : 2; // the 3×3 in the middle of three takes the step
        const stride = stage > 1 && number === 0 ? 2 : 1, strided = count === 3 ? 2 : 1;
        const main = Array.from({ length: count }, (_, i) =>
          layer(`${name}conv${i + 1}`, `${name}bn${i + 1}`, i + 1 === strided ? stride : 1));
        const shortcut = has("downsample.0.weight") &&
          layer(name + "downsample.0", name + "downsample.1", stride);
        blocks.push({ stage, main, shortcut });
      }
    const plain = name => name + ".weight" in tensors && convolution(tensors, name);
    const head = {};
    if ("fc.weight" in tensors) {
      tensors["fc.weight"].shape.push(1); // fully connected, or a convolution of 1×1: the same
      head.fc = plain("fc");
    }
    for (const part of ["score", "skips.at_16", "skips.at_8"]) head[part] = plain("head." + part);
    for (const part of ["doublings.to_16", "doublings.to_8", "enlarge"])
      head[part] = tensors[`head.${part}.weight`];
    return { info, stem: layer("conv1", "bn1", 2), blocks, head };
  };

  // The maps of the stem and of the four stages; `tell` hears how many of the layers are done.
  const bodyMaps = (network, picture, tell) => {
    const all = 1 + network.blocks.reduce((sum, b) => sum + b.main.length + Boolean(b.shortcut), 0);
    let done = 0;
    const step = (map, layer, how) => {
      const out = convolve(map, layer, how);
      tell(++done / all);
      return out;
    };
    const maps = [step(picture, network.stem, { relu: true })];
    let map = maxPool(maps[0]);
    for (const { stage, main, shortcut } of network.blocks) {
      const add = shortcut ? step(map, shortcut) : map;
      main.forEach((layer, i) => {
        map = step(map, layer, { relu: true, add: i === main.length - 1 ? add : null });
      });
      maps[stage] = map;
    }
    return maps;
  };

  // Logits → probabilities, at each place by itself.
  const softmax = ({ channels, height, width, values }) => {
    const out = makeMap(channels, height, width), plane = height * width;
    for (let at = 0; at < plane; at++) {
      const logits = Array.from({ length: channels }, (_, c) => values[c * plane + at]);
      const powers = logits.map(z => Math.exp(z - Math.max(...logits)));
      const sum = powers.reduce((a, b) => a + b);
      powers.forEach((power, c) => { out.values[c * plane + at] = power / sum; });
    }
    return out;
  };

  // ---- Pictures: {width, height, data}, four bytes a pixel, as a canvas has them -----------------

  // One side of a picture to another length, as Pillow does: each new pixel is a mean of those
  // around its place, nearer ones count more. Its weights are whole numbers of 22 binary digits.
  const shares = (length, size) => {
    const scale = length / size, reach = Math.max(1, scale);
    return Array.from({ length: size }, (_, i) => {
      const center = (i + 0.5) * scale;
      const first = Math.max(0, Math.trunc(center - reach + 0.5));
      const end = Math.min(length, Math.trunc(center + reach + 0.5));
      const near = Array.from({ length: end - first }, (_, k) =>
        Math.max(0, 1 - Math.abs((first + k - center + 0.5) * (1 / reach))));
      const sum = near.reduce((a, b) => a + b);
      return { first, weights: near.map(w => Math.floor(0.5 + w / sum * 2 ** 22)) };
    });
  };

  // The rows to a new length; what comes out lies on its side, so that twice is both.
  const resizeRows = ({ width, height, data }, size) => {
    const out = new Uint8ClampedArray(4 * size * height);
    shares(width, size).forEach(({ first, weights }, x) => {
      for (let y = 0; y < height; y++)
        for (let c = 0; c < 4; c++) {
          let [sum, at] = [2 ** 21, 4 * (y * width + first) + c];
          for (const weight of weights) { sum += weight * data[at]; at += 4; }
          out[4 * (x * height + y) + c] = sum >> 22;
        }
    });
    return { width: height, height: size, data: out };
  };

  const resize = (picture, width, height) => resizeRows(resizeRows(picture, width), height);

  const half = x => Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x); // ties to even

  // The shorter side to `side`, and the square in the middle.
  const centered = (picture, side, crop) => {
    const { width, height } = picture, short = Math.min(width, height);
    const to = length => length === short ? side : Math.floor(side * length / short);
    const small = resize(picture, to(width), to(height));
    const [left, top] = [half((small.width - crop) / 2), half((small.height - crop) / 2)];
    const data = new Uint8ClampedArray(4 * crop * crop);
    for (let y = 0; y < crop; y++) {
      const from = 4 * ((top + y) * small.width + left);
      data.set(small.data.subarray(from, from + 4 * crop), 4 * y * crop);
    }
    return { width: crop, height: crop, data };
  };

  // As it is; smaller, if it has more than `most` pixels, and larger, if a side is below `least`.
  const fitting = (picture, least, most) => {
    const { width, height } = picture;
    const scale = Math.max(least / Math.min(width, height), Math.min(1, Math.sqrt(most / width / height)));
    if (scale === 1) return picture;
    return resize(picture, ...[width, height].map(side => Math.max(least, Math.round(side * scale))));
  };

  const normalized = ({ width, height, data }, { mean, std }) => {
    const map = makeMap(3, height, width);
    for (let c = 0; c < 3; c++)
      for (let at = 0; at < width * height; at++)
        map.values[c * width * height + at] = (data[4 * at + c] / 255 - mean[c]) / std[c];
    return map;
  };

  const MOST = 600_000; // pixels of a picture that is not made smaller

  // ---- The three questions ------------------------------------------------------------------------

  const questions = {
    what: (network, picture, tell) => {
      const { preprocessing } = network.info, { resize: side, crop } = preprocessing;
      const seen = centered(picture, side, crop);
      const maps = bodyMaps(network, normalized(seen, preprocessing), tell);
      const cells = convolve(maps[4], network.head.fc); // the last layer, at each cell
      const logits = averages(cells, cells.width);
      return { seen, maps, cells, logits, probabilities: softmax(logits) };
    },
    where: (network, picture, tell) => {
      const { preprocessing } = network.info, window = preprocessing.crop;
      const seen = fitting(picture, window, MOST);
      const maps = bodyMaps(network, normalized(seen, preprocessing), tell);
      const logits = convolve(averages(maps[4], window / 32), network.head.fc);
      return { seen, maps, logits, probabilities: softmax(logits), window, stride: 32 };
    },
    which: (network, picture, tell) => {
      const { head, info } = network, seen = fitting(picture, 1, MOST);
      const maps = bodyMaps(network, normalized(seen, info.preprocessing), tell);
      let logits = convolve(maps[4], head.score);
      for (const [stride, map] of [[16, maps[3]], [8, maps[2]]]) {
        const finer = convolve(map, head[`skips.at_${stride}`]);
        const coarse = enlarge(logits, head[`doublings.to_${stride}`], finer);
        finer.values.forEach((value, at) => { coarse.values[at] += value; });
        logits = coarse;
      }
      logits = enlarge(logits, head.enlarge, seen);
      const plane = seen.width * seen.height, classes = new Uint8Array(plane);
      for (let at = 0; at < plane; at++)
        for (let c = 1; c < logits.channels; c++)
          if (logits.values[c * plane + at] > logits.values[classes[at] * plane + at]) classes[at] = c;
      return { seen, maps, logits, classes };
    },
  };

  const known = {}; // networks that were built once
  const answer = ({ question, name, weights, picture }, tell) => {
    known[name] ??= build(readWeights(weights));
    const start = performance.now();
    const found = questions[question](known[name], picture, tell);
    return { ...found, names: known[name].info.class_names, ms: performance.now() - start };
  };
  return { answer, resize };
};
