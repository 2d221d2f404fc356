/** A start tag of a text in XML. */
export interface XmlTag {
  /** Without its namespace prefix. */
  readonly name: string;
  /** Where the text after it begins. */
  readonly end: number;
  /** The value of an attribute, `undefined` where the tag lacks it. */
  attribute(name: string): string | undefined;
}

const less = 60; // "<"
const greater = 62; // ">"

/** The start tags of a text, in order and in one pass; comments, end tags and what is not closed are passed over. */
export function* tagsOf(text: string): Generator<XmlTag, void, undefined> {
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    if (text.startsWith("<!--", at)) {
      const end = text.indexOf("-->", at + 4);
      if (end < 0) return;
      at = end + 3;
      continue;
    }
    const close = endOfTag(text, at + 1);
    if (close < 0) return;
    const tag = text.slice(at + 1, close);
    at = close + 1;
    const name = /^(?:[\w.-]+:)?([\w.-]+)/.exec(tag)?.[1];
    if (name === undefined) continue;
    yield { name, end: at, attribute: (wanted) => attributeOf(tag, wanted) };
  }
}

/** The text from a place up to the next tag, trimmed. */
export function textAt(text: string, position: number): string {
  const end = text.indexOf("<", position);
  return unescapeXml(text.slice(position, end < 0 ? undefined : end)).trim();
}

function endOfTag(text: string, start: number): number {
  let quote = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 34 || code === 39) quote = code;
    else if (code === greater) return at;
    else if (code === less) return -1;
  }
  return -1;
}

const patterns = new Map<string, RegExp>();

function attributeOf(tag: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const found = pattern.exec(tag);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescapeXml(value);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** A text with its references to characters replaced by them. */
export function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#(x?)([0-9a-fA-F]+)|(\w+));/g,
    (whole, hex: string | undefined, digits: string | undefined, name: string | undefined) => {
      if (digits === undefined) return entities[name ?? ""] ?? whole;
      const code = Number.parseInt(digits, hex ? 16 : 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
