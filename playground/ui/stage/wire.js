// A message from the run: the safetensors layout, with the frame and, when it changed, the scene in the metadata.

/** Halves (F16) are read as bits and widened. */
const TYPES = { U8: Uint8Array, I16: Int16Array, I32: Int32Array, F32: Float32Array, F16: Uint16Array };
const words = new TextDecoder();

/**
 * Reads a message that begins at `offset` of an ArrayBuffer.
 * @returns {{frame: object, scene: object|null, arrays: Map<string, ArrayBufferView>}} arrays are views of the buffer; where an
 *   array does not begin at a multiple of its item's size it is a copy, and one of halves is a Float32Array. Each carries its shape as `array.shape`.
 */
export function decode(buffer, offset = 0) {
  const length = Number(new DataView(buffer, offset).getBigUint64(0, true)), start = offset + 8 + length;
  if (start > buffer.byteLength)
    throw new Error(`A frame's header of ${length} bytes does not fit in ${buffer.byteLength - offset} bytes.`);
  const { __metadata__: metadata, ...entries } = JSON.parse(words.decode(new Uint8Array(buffer, offset + 8, length)));
  const arrays = new Map(Object.entries(entries).map(([name, entry]) => [name, view(buffer, start, name, entry)]));
  return { frame: JSON.parse(metadata.frame), scene: metadata.scene ? JSON.parse(metadata.scene) : null, arrays };
}

function view(buffer, start, name, { dtype, shape, data_offsets: [from, to] }) {
  const Type = TYPES[dtype], at = start + from, count = (to - from) / (Type?.BYTES_PER_ELEMENT ?? 1);
  if (!Type) throw new Error(`The array ${name} is of the type ${dtype}; this stage reads ${Object.keys(TYPES).join(", ")}.`);
  const raw = at % Type.BYTES_PER_ELEMENT ? new Type(buffer.slice(at, start + to)) : new Type(buffer, at, count);
  const array = dtype === "F16" ? widened(raw) : raw;
  array.shape = shape;
  return array;
}

/** The value of each of the 65,536 halves (IEEE 754 binary16), made when the first one comes. */
let halves = null;

function widened(bits) {
  halves ??= Float32Array.from({ length: 65536 }, (_, k) => half(k));
  const values = new Float32Array(bits.length);
  for (let k = 0; k < bits.length; k++) values[k] = halves[bits[k]];
  return values;
}

/** One sign bit, five of the exponent, ten of the fraction. */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
}

/** A message for `decode`, as the run makes it: for tests and for benches without a run. */
export function encode(arrays, frame, scene = null) {
  const header = { __metadata__: { frame: JSON.stringify(frame), ...(scene && { scene: JSON.stringify(scene) }) } };
  let size = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const dtype = Object.keys(TYPES).find(key => array instanceof TYPES[key]);
    header[name] = { dtype, shape: array.shape ?? [array.length], data_offsets: [size, (size += array.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header)), length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + size).fill(32);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  for (const [name, array] of Object.entries(arrays))
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 8 + length + header[name].data_offsets[0]);
  return bytes.buffer;
}
