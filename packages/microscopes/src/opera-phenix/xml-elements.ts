import { type CallOptions, messageOf, PlatewrightError, throwIfAborted } from "@platewright/core";
import type { SaxesParser } from "saxes";

/** An element that a listener wants to hear of. */
export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, trimmed; empty while it begins. */
  readonly text: string;
}

/** What a reader of a document listens to. `parents` are the names of the elements around, the outermost first. */
export interface XmlListener {
  /** Names of the elements that are told of. Most elements of an index are not: passing over them is what makes it fast. */
  readonly names: ReadonlySet<string>;
  /** The outermost element, told of whatever its name is. */
  readonly onRoot: (name: string) => void;
  readonly onStart: (element: XmlElement, parents: readonly string[]) => void;
  readonly onEnd: (element: XmlElement, parents: readonly string[]) => void;
}

const chunkLength = 1 << 20;

/**
 * Reads a document piece by piece (1 MiB each), so that an index of 150 MB is never one text.
 * Throws "plate" where it is no well-formed XML or not of its encoding; between pieces other work goes on.
 */
export async function readXml(
  bytes: Uint8Array,
  path: string,
  listener: XmlListener,
  options: CallOptions | undefined,
): Promise<void> {
  const parser = listen(await createParser(), listener);
  try {
    const decoder = new TextDecoder(encodingOf(bytes), { fatal: true });
    for (let start = 0; start < bytes.length; start += chunkLength) {
      throwIfAborted(options?.signal);
      parser.write(decoder.decode(bytes.subarray(start, start + chunkLength), { stream: true }));
      await nextTask();
    }
    parser.write(decoder.decode());
    parser.close();
  } catch (error) {
    if (error instanceof PlatewrightError) throw error;
    throw new PlatewrightError(
      "plate",
      `"${path}" is no readable XML: ${messageOf(error).replace(/\.$/, "")}. Copy it from the microscope again.`,
      { path, cause: error },
    );
  }
}

/** The library is loaded when there is XML to read: most plates have none. */
async function createParser(): Promise<SaxesParser> {
  const { SaxesParser } = await import("saxes");
  return new SaxesParser({ xmlns: false });
}

function listen(parser: SaxesParser, { names, onRoot, onStart, onEnd }: XmlListener): SaxesParser {
  const local = new Map<string, string>();
  const open: string[] = [];
  const attributes: Readonly<Record<string, string>>[] = [];
  let text: string | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    const name = local.get(tag.name) ?? localName(tag.name);
    local.set(tag.name, name);
    if (open.length === 0) onRoot(name);
    text = undefined;
    if (names.has(name)) {
      text = "";
      const own = tag.attributes as Record<string, string>;
      attributes.push(own);
      onStart({ name, attributes: own, text }, open);
    }
    open.push(name);
  });
  const addText = (part: string): void => {
    if (text !== undefined) text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const name = open.pop();
    if (name !== undefined && names.has(name))
      onEnd({ name, attributes: attributes.pop() ?? {}, text: detach((text ?? "").trim()) }, open);
    text = undefined;
  });
  return parser;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** A part of a text keeps the whole text alive in most engines, here a piece of 1 MiB: a copy does not. */
function detach(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}

/** The encoding by its byte order mark, else as declared, else UTF-8. */
function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  return /^[^<]*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1] ?? "utf-8";
}

/** Lets timers, input and a caller's abort come in between. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
