// Arrays as a .npz file, which NumPy reads: a zip archive whose members are stored, each a .npy file.

export interface Column {
  values: Float32Array | Uint16Array;
  shape: readonly number[];
}

const MAGIC = [0x93, ...[..."NUMPY"].map((one) => one.charCodeAt(0)), 1, 0];

export const npy = ({ values, shape }: Column): Uint8Array => {
  const kind = values instanceof Float32Array ? "<f4" : "<u2";
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sides}), }`;
  // The numbers begin at a multiple of 64 bytes.
  const room = Math.ceil((MAGIC.length + 2 + text.length + 1) / 64) * 64 - MAGIC.length - 2;
  const header = `${text.padEnd(room - 1)}\n`;
  const bytes = new Uint8Array(MAGIC.length + 2 + room + values.byteLength);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint16(MAGIC.length, room, true);
  bytes.set(new TextEncoder().encode(header), MAGIC.length + 2);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), MAGIC.length + 2 + room);
  return bytes;
};

export const npz = (columns: Record<string, Column>): Uint8Array => {
  const files = Object.entries(columns).map(([name, one]) => ({ name: `${name}.npy`, content: npy(one) }));
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const { name, content } of files) {
    const entry = entryOf(name, content, at);
    parts.push(entry.local, content);
    central.push(entry.central);
    at += entry.local.length + content.length;
  }
  const length = central.reduce((sum, one) => sum + one.length, 0);
  return joined([...parts, ...central, endOf(files.length, length, at)]);
};

// The headers of a member before its content, and in the list at the end.
const entryOf = (name: string, content: Uint8Array, at: number): { local: Uint8Array; central: Uint8Array } => {
  const letters = new TextEncoder().encode(name);
  const sum = crc32(content);
  // Version 2.0, stored, on the first day that zip knows.
  const common = [
    word(20),
    word(0),
    word(0),
    word(0),
    word(0x21),
    long(sum),
    long(content.length),
    long(content.length),
  ];
  const local = joined([long(0x04034b50), ...common, word(letters.length), word(0), letters]);
  const rest = [word(letters.length), word(0), word(0), word(0), word(0), long(0), long(at), letters];
  return { local, central: joined([long(0x02014b50), word(20), ...common, ...rest]) };
};

const endOf = (many: number, length: number, at: number): Uint8Array =>
  joined([long(0x06054b50), word(0), word(0), word(many), word(many), long(length), long(at), word(0)]);

const word = (value: number): Uint8Array => Uint8Array.of(value & 255, (value >>> 8) & 255);
const long = (value: number): Uint8Array => joined([word(value & 0xffff), word(value >>> 16)]);

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
};

export const crc32 = (bytes: Uint8Array): number => {
  let sum = ~0;
  for (const one of bytes) {
    sum ^= one;
    for (let k = 0; k < 8; k++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
};
