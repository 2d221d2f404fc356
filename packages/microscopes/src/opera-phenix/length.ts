/** Decimal exponent that turns a unit into µm. */
const exponents: Readonly<Record<string, number>> = { m: 6, mm: 3, µm: 0, μm: 0, um: 0, nm: -3 };

/**
 * A length in µm, its decimal point moved in the text so that no digit is lost: "1.1959521619135234E-06" in metres
 * is "1.1959521619135234e0". Without a unit it is in metres, as Harmony writes it. `undefined` for what is no length.
 */
export function lengthInMicrometres(text: string, unit = "m"): string | undefined {
  const found = /^([+-]?\d+(?:\.\d+)?)(?:e([+-]?\d+))?$/i.exec(text);
  const exponent = exponents[unit];
  if (!found || exponent === undefined) return undefined;
  return `${found[1]}e${Number(found[2] ?? 0) + exponent}`;
}
