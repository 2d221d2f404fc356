import { readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";

let server: Server | undefined;
/** Ends the server of a test. */
export function closeServer(): void {
  server?.closeAllConnections();
  server?.close();
}

/** A server of a test, and what was asked of it. */
export interface Served {
  readonly address: string;
  /** Paths that were asked for and found, with their range where one was given. */
  readonly found: string[];
  readonly missed: string[];
}

/** Serves a folder, with ranges unless told otherwise; the first `failures` requests are answered by `failure`. */
export async function serve(
  folder: string,
  { ranges = true, failures = 0, failure = 503 } = {},
): Promise<Served> {
  const found: string[] = [];
  const missed: string[] = [];
  let left = failures;
  server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "", "http://localhost").pathname);
    const full = join(folder, path);
    const isFile = statSync(full, { throwIfNoEntry: false })?.isFile() ?? false;
    if (left > 0) {
      left -= 1;
      response.writeHead(failure).end();
      return;
    }
    const { range } = request.headers;
    (isFile ? found : missed).push(range ? `${path} ${range}` : path);
    if (path.includes("secret")) {
      response.writeHead(403).end();
      return;
    }
    if (!isFile) {
      response.writeHead(404).end("nothing here");
      return;
    }
    const bytes = readFileSync(full);
    const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
    if (!ranges || from === undefined || to === undefined) {
      response
        .writeHead(200, { "content-length": bytes.length })
        .end(request.method === "HEAD" ? undefined : bytes);
      return;
    }
    const part = from === "" ? bytes.subarray(-Number(to)) : bytes.subarray(Number(from), Number(to) + 1);
    response.writeHead(206, { "content-length": part.length }).end(part);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return { address: `http://127.0.0.1:${address.port}`, found, missed };
}
