/** A setting's value as it is written on a command line or in the environment: JSON where it is JSON, else the text itself. */
export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
