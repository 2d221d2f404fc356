/** Colours, where they are seen and wanted. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** Colours for a stream: none where it is no terminal or `NO_COLOR` is set (no-color.org). */
export function createStyle(stream: { readonly isTTY?: boolean }): Style {
  const { NO_COLOR, TERM } = process.env;
  const coloured = stream.isTTY === true && (NO_COLOR ?? "") === "" && TERM !== "dumb";
  const paint =
    (on: number, off: number) =>
    (text: string): string =>
      coloured && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
  };
}
