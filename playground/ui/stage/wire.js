// A message from the run: the safetensors layout, with the frame and, when it changed, the scene in the metadata.

const TYPES = { U8: Uint8Array, I16: Int16Array, I32: Int32Array, F32: Float32Array };
const words = new TextDecoder();

/**
 * Reads a message that begins at `offset` of an ArrayBuffer.
 * @returns {{frame: object, scene: object|null, arrays: Map<string, ArrayBufferView>}} arrays are views of the buffer; where an
 *   array does not begin at a multiple of its item's size it is a copy. Each carries its shape as `array.shape`.
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
  const array = at % Type.BYTES_PER_ELEMENT ? new Type(buffer.slice(at, start + to)) : new Type(buffer, at, count);
  array.shape = shape;
  return array;
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
