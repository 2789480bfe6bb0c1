// How strongly one map speaks to another: norms of kernels, weights, and what goes one to one.

/** How a block is tied to the one it reads: by kernels, by weights, one to one, or fanned out between maps and units. */
export const NORM = "norm", WEIGHT = "weight", SAME = "same", FAN = "fan";

/** Whether a block looks through windows with kernels. */
export const convolves = ({ kind }) => kind.includes("conv");

/** Whether each of its numbers is a weighted sum of all that comes. */
export const weighs = ({ kind }) => kind === "dense" || kind === "head" || kind === "code";

/** The tie of block c. */
export function tieOf(scene, c) {
  const column = scene.columns[c], before = scene.columns[column.from];
  if (convolves(column)) return NORM;
  if (weighs(column)) return WEIGHT;
  return column.shape.length === before.shape.length ? SAME : FAN;
}

/**
 * Sizes and signs of the links into block c.
 * @returns {{inputs: number, outputs: number, sizes: Float32Array, signs: Int8Array}|null} row by row of inputs; null before the weights
 *   have come. A kernel's sign is its sum's.
 */
export function strengths(scene, arrays, c) {
  const tie = tieOf(scene, c), column = scene.columns[c], outputs = column.shown.length;
  if (tie === SAME) return plain(outputs, outputs, (i, j) => i === j);
  const before = scene.columns[column.from], inputs = before.shown?.length ?? 1;
  if (tie === FAN) return plain(inputs, outputs, (i, j) => owner(j, outputs, inputs) === i);
  const values = arrays.get(`vision/${tie === NORM ? "kernels" : "weights"}/${c}`);
  if (!values) return null;
  return tie === NORM ? norms(values, column, before, outputs) : weights(values, outputs);
}

/** Which of `inputs` equal parts the j-th of `outputs` is of. */
const owner = (j, outputs, inputs) => Math.min(inputs - 1, Math.floor(j / outputs * inputs));

function plain(inputs, outputs, linked) {
  const sizes = new Float32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) sizes[i * outputs + j] = linked(i, j) ? 1 : 0;
  return { inputs, outputs, sizes, signs: new Int8Array(sizes.length) };
}

function weights(values, outputs) {
  const inputs = values.length / outputs;
  return { inputs, outputs, sizes: Float32Array.from(values, Math.abs), signs: Int8Array.from(values, Math.sign) };
}

/** Norms of kernels (kh, kw, inputs, outputs). Of a grouped convolution each output has the kernels of its own group only. */
function norms(kernels, column, before, outputs) {
  const given = kernels.shape[2], inputs = before.shown.length, taps = kernels.shape[0] * kernels.shape[1];
  const sizes = new Float32Array(inputs * outputs), signs = new Int8Array(inputs * outputs);
  for (let i = 0; i < given; i++) {
    for (let j = 0; j < outputs; j++) {
      let square = 0, sum = 0;
      for (let t = 0; t < taps; t++) {
        const w = kernels[(t * given + i) * outputs + j];
        square += w * w;
        sum += w;
      }
      const at = inputOf(column, before, i, j, given) * outputs + j;
      if (!(at < sizes.length)) continue;
      sizes[at] = Math.sqrt(square);
      signs[at] = Math.sign(sum);
    }
  }
  return { inputs, outputs, sizes, signs };
}

/** Which shown map of the block before the i-th input of output j is. */
export function inputOf(column, before, i, j, given) {
  const groups = column.window?.groups ?? 1;
  if (groups === 1 || given === before.shown.length) return i;
  return Math.floor(j * groups / column.shown.length) * given + i;
}
