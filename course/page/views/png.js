// A picture file from pixels, for where there is no canvas: PNG, not compressed (RFC 2083, RFC 1950).

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
const bytesIn = (/** @type {number} */ n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const BLOCK = 65535; // bytes that are stored in one piece at most

/** @param {number[]} bytes */
function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return bytesIn(~c >>> 0);
}

/** @param {string} name @param {number[]} content */
function chunk(name, content) {
  const named = [...name].map((letter) => letter.charCodeAt(0)).concat(content);
  return [...bytesIn(content.length), ...named, ...crc(named)];
}

/** @param {number[]} bytes */
function stored(bytes) {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const found = [0x78, 0x01];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const piece = bytes.slice(at, at + BLOCK);
    const length = [piece.length & 255, piece.length >>> 8];
    found.push(Number(at + BLOCK >= bytes.length), ...length, ...length.map((byte) => byte ^ 255));
    for (const byte of piece) found.push(byte);
  }
  return found.concat(bytesIn(((b << 16) | a) >>> 0));
}

/** The address of a picture. @param {number} width @param {number} height @param {(x: number, y: number) => number[]} colour red, green, blue and alpha of a pixel */
export function pictureOf(width, height, colour) {
  const rows = Array.from({ length: height }, (_, y) => [0, ...Array.from({ length: width }, (_, x) => colour(x, y)).flat()]);
  const head = [...bytesIn(width), ...bytesIn(height), 8, 6, 0, 0, 0];
  const file = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...chunk("IHDR", head)];
  const whole = file.concat(chunk("IDAT", stored(rows.flat())), chunk("IEND", []));
  return `data:image/png;base64,${btoa(whole.map((byte) => String.fromCharCode(byte)).join(""))}`;
}
