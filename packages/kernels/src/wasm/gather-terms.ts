/** Whence 16 bytes of a dense row come: each term takes those that lie in 16 bytes of the source, from `at` on. */
export interface Term {
  /** In bytes from the first item. */
  readonly at: number;
  /** For each byte of the result its place in those 16; 128 where another term has it. */
  readonly mask: Uint8Array;
}

/** Bytes of a term in memory: the mask, then `at` as int32, then nothing. */
export const TERM_BYTES = 32;

const VECTOR = 16;
const NONE = 128;

/** The terms for items of `size` bytes that lie `stride` items apart, which may be negative or 0. */
export function gatherTerms(size: number, stride: number): Term[] {
  const terms: { at: number; mask: Uint8Array }[] = [];
  for (let item = 0; item < VECTOR / size; item++) {
    const place = item * stride * size;
    const reaches = ({ at }: Term): boolean => place >= at && place + size <= at + VECTOR;
    let term = terms.find(reaches);
    if (!term) {
      // As far as it reaches in the direction in which the next items lie.
      term = { at: stride < 0 ? place + size - VECTOR : place, mask: new Uint8Array(VECTOR).fill(NONE) };
      terms.push(term);
    }
    for (let byte = 0; byte < size; byte++) term.mask[item * size + byte] = place - term.at + byte;
  }
  return terms;
}

/** Lays terms out in memory, one after the other; what follows them picks nothing. */
export function writeTerms(terms: readonly Term[], memory: Uint8Array): void {
  for (let at = 0; at < memory.length; at += TERM_BYTES)
    memory.fill(NONE, at, at + VECTOR).fill(0, at + VECTOR, at + TERM_BYTES);
  const view = new DataView(memory.buffer, memory.byteOffset);
  terms.forEach(({ at, mask }, i) => {
    memory.set(mask, i * TERM_BYTES);
    view.setInt32(i * TERM_BYTES + VECTOR, at, true);
  });
}
