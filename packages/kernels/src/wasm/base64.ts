const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Decodes standard base64, which not every engine this runs in has a global for. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array((digits.length * 3) >> 2);
  let bits = 0;
  let at = 0;
  for (let i = 0; i < digits.length; i++) {
    bits = (bits << 6) | ALPHABET.indexOf(digits.charAt(i));
    if (i % 4 === 0) continue;
    bytes[at++] = bits >> ((3 - (i % 4)) * 2);
  }
  return bytes;
}
