import { checkLength, type Pixels } from "../pixels.ts";

/** Values in another type, as a typed array's `set` makes them: whole numbers wrap. */
export function convert<T extends Pixels>(source: Pixels, out: T): T {
  checkLength("convert", "out", out, source.length);
  out.set(source);
  return out;
}
