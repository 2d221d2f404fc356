import { type CallOptions, messageOf, PlatewrightError, throwIfAborted } from "@platewright/core";
import { SaxesParser } from "saxes";

/** What is told of an element when it ends. */
export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, trimmed, where `wantsText` asked for it. */
  readonly text: string;
}

/** What a reader of a document listens to. `parents` are the names of the elements around, the outermost first. */
export interface XmlListener {
  readonly wantsText: (name: string) => boolean;
  readonly onStart: (element: Omit<XmlElement, "text">, parents: readonly string[]) => void;
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
  const parser = createParser(listener);
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
      `"${path}" is no readable XML: ${messageOf(error)}. Copy it from the microscope again.`,
      { path, cause: error },
    );
  }
}

function createParser({ wantsText, onStart, onEnd }: XmlListener): SaxesParser {
  const parser = new SaxesParser({ xmlns: false });
  const parents: string[] = [];
  const open: { name: string; attributes: Readonly<Record<string, string>> }[] = [];
  let text: string | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    const element = { name: localName(tag.name), attributes: tag.attributes as Record<string, string> };
    const outer = open.at(-1);
    if (outer) parents.push(outer.name);
    open.push(element);
    text = wantsText(element.name) ? "" : undefined;
    onStart(element, parents);
  });
  const addText = (part: string): void => {
    if (text !== undefined) text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.at(-1);
    if (element) onEnd({ ...element, text: detach((text ?? "").trim()) }, parents);
    open.pop();
    parents.pop();
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
