import { SaxesParser } from "saxes";

/** The attributes of an element, their references to characters resolved. */
export type XmlAttributes = Readonly<Record<string, string | undefined>>;

/** What to do with elements, by their names without namespace prefix. */
export interface XmlListener {
  readonly begins: Readonly<Record<string, (attributes: XmlAttributes) => void>>;
  /** With the element's own text, trimmed. */
  readonly ends: Readonly<Record<string, (attributes: XmlAttributes, text: string) => void>>;
}

// The parser would take all up to the next semicolon for the name of a character.
const bareAmpersand = /&(?!#?\w+;)/g;

/** Tells of the elements of a text in XML. Of what is not well-formed it tells as much as can be made out. */
export function readElements(text: string, { begins, ends }: XmlListener): void {
  const parser = new SaxesParser();
  const open: { readonly attributes: XmlAttributes; text: string }[] = [];
  parser.on("error", () => {}); // without a listener it would throw
  parser.on("opentag", ({ name, attributes }) => {
    open.push({ attributes, text: "" });
    begins[localName(name)]?.(attributes);
  });
  parser.on("text", (part) => {
    const element = open.at(-1);
    if (element) element.text += part;
  });
  parser.on("closetag", ({ name }) => {
    const element = open.pop();
    if (element) ends[localName(name)]?.(element.attributes, element.text.trim());
  });
  parser.write(text.replace(bareAmpersand, "&amp;")).close();
}

/** A text with its references to characters replaced by them. */
export function unescapeXml(text: string): string {
  let plain = "";
  readElements(`<text>${text}</text>`, { begins: {}, ends: { text: (_, own) => (plain = own) } });
  return plain;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
