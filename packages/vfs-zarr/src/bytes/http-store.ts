import { isPlatewrightError, messageOf, PlatewrightError, throwIfAborted } from "@platewright/core";
import pLimit from "p-limit";
import { type ByteRange, type ByteStore, metadataNames, partOf, rangeWithin } from "./byte-store.ts";

const attempts = 3;
const requestsAtOnce = 16;

/** An address as bytes. */
export interface HttpStore extends ByteStore {
  /** Bytes of what lies under a key, as the server says; `undefined` where there is nothing or it does not say. Throws "storage". */
  sizeOf(path: string): Promise<number | undefined>;
}

/**
 * A Zarr hierarchy behind an address, read only. What the server does not have (404, 410) is missing; other refusals are
 * "storage" errors with the status. Failures that may pass (network, 429, 5xx) are tried three times.
 */
export function openHttpStore(address: string): HttpStore {
  const base = address.replace(/\/+$/, "");
  const limited = pLimit(requestsAtOnce);

  const request = async (
    path: string,
    init: { readonly method?: string; readonly headers?: Record<string, string> },
    signal: AbortSignal | undefined,
  ): Promise<Answer | undefined> => {
    const url = `${base}/${path.split("/").map(encodeURIComponent).join("/")}`;
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted(signal);
      try {
        return await limited(() => fetchOnce(url, init, signal));
      } catch (error) {
        throwIfAborted(signal);
        const final = isPlatewrightError(error) && error.details.passing !== true;
        if (final) throw error;
        if (attempt === attempts) throw asStorageError(url, error);
        await new Promise((resolve) => setTimeout(resolve, 100 * 4 ** (attempt - 1)));
      }
    }
  };

  const get = async (path: string, signal?: AbortSignal): Promise<Uint8Array | undefined> =>
    (await request(path, {}, signal))?.bytes;

  return {
    location: address,
    listable: false,
    readsAtOnce: 8,
    get,
    async getRange(path, range, signal) {
      if ("length" in range && range.length === 0) return new Uint8Array(0);
      const answer = await request(path, { headers: { Range: rangeHeader(range) } }, signal);
      if (!answer?.isWhole) return answer?.bytes;
      const { offset, length } = rangeWithin(range, answer.bytes.length);
      return partOf(answer.bytes, offset, length);
    },
    async has(path, signal) {
      const exists = async (key: string) => (await request(key, { method: "HEAD" }, signal)) !== undefined;
      if (await exists(path)) return true;
      for (const name of metadataNames) if (await exists(`${path}/${name}`)) return true;
      return false;
    },
    sizeOf: async (path) => (await request(path, { method: "HEAD" }, undefined))?.promised,
    async *list() {},
  };
}

function rangeHeader(range: ByteRange): string {
  if ("suffixLength" in range) return `bytes=-${range.suffixLength}`;
  return `bytes=${range.offset}-${range.offset + range.length - 1}`;
}

interface Answer {
  readonly bytes: Uint8Array;
  /** Whether these are all bytes, though a part of them may have been asked for. */
  readonly isWhole: boolean;
  /** The bytes that the server announced. */
  readonly promised: number | undefined;
}

/** What the server sent, `undefined` where there is nothing. */
async function fetchOnce(
  url: string,
  { method = "GET", headers = {} }: { readonly method?: string; readonly headers?: Record<string, string> },
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const response = await fetch(url, { method, headers, ...(signal ? { signal } : {}) });
  if (response.ok) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    checkLength(url, method, response, bytes.length);
    const length = response.headers.get("content-length");
    return {
      bytes,
      isWhole: response.status !== 206,
      promised: length === null ? undefined : Number(length),
    };
  }
  await response.body?.cancel();
  if (response.status === 404 || response.status === 410) return undefined;
  // A range that begins at the end of a file, or of an empty one.
  if (response.status === 416) return { bytes: new Uint8Array(0), isWhole: false, promised: 0 };
  throw new PlatewrightError(
    "storage",
    `The server answered ${response.status} ${response.statusText} for ${url}. Check the address and whether it may be read.`,
    { url, status: response.status, passing: response.status === 429 || response.status >= 500 },
  );
}

function checkLength(url: string, method: string, response: Response, length: number): void {
  const promised = Number(response.headers.get("content-length") ?? length);
  if (method === "HEAD" || response.headers.has("content-encoding") || promised === length) return;
  throw new PlatewrightError(
    "storage",
    `The server sent ${length} of ${promised} bytes of ${url}. Try again.`,
    { url, passing: true },
  );
}

function asStorageError(url: string, thrown: unknown): PlatewrightError {
  if (isPlatewrightError(thrown)) return thrown;
  const { cause } = thrown as { readonly cause?: unknown };
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : messageOf(thrown);
  return new PlatewrightError("storage", `Can't read ${url}: ${reason}. Check the address and the network.`, {
    url,
    cause: thrown,
  });
}
