import { createHostArray, type StorageBackend } from "@platewright/core";
import { check, checkEqual, checkFails, hasCode } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { casesAt, listed, type StorageSubject } from "./storage-session.ts";
import { storedArrayCases } from "./stored-array-cases.ts";

const badPaths = [
  "",
  "..",
  "../x.json",
  "a/../../x.json",
  "/x.json",
  "a\0.json",
  "C:/x.json",
  "a\\b.json",
  "a//b.json",
];
const writers = ["write", "remove", "writeArray", "writeValue", "writeTable"] as const;

/** All that a storage promises: of places and names, of documents and tables, and of arrays. */
export function storageCases(subject: StorageSubject): readonly ConformanceCase[] {
  return [...placeCases(subject), ...valueCases(subject), ...storedArrayCases(subject)];
}

function placeCases(subject: StorageSubject): readonly ConformanceCase[] {
  const { provider } = subject;
  const of = casesAt(subject);
  return [
    of("a location that is not there is not opened for reading", async () => {
      const absent = await subject.location();
      await checkFails(`Opening ${absent}`, "not-found", () => provider.open(absent, { readOnly: true }));
    }),
    of("opened for reading it has nothing that writes", async ({ storage, location }) => {
      await storage.writeValue("a.json", 1);
      await storage.writeValue("a.csv", [{ count: 2 }]);
      const reader = await provider.open(location, { readOnly: true });
      const found = writers.filter((method) => reader[method] !== undefined);
      check(found.length === 0, `It has ${found.join(", ")}, though it was opened for reading.`);
      checkEqual(await reader.readValue?.("a.json"), 1, "The document");
      checkEqual(await reader.readValue?.("a.csv"), [{ count: 2 }], "The table");
    }),
    of("a location contains itself and what lies in it, and not its neighbour", async ({ location }) => {
      const full = provider.resolve(location);
      checkEqual(provider.resolve(full), full, "The location in full, resolved again,");
      const pairs = [
        [location, location],
        [location, `${location}/a/b`],
        [location, `${location}-2`],
        [`${location}/a`, location],
      ] as const;
      const answers = pairs.map(([outer, inner]) => provider.contains(outer, inner));
      checkEqual(answers, [true, true, false, false], `What contains() says of ${JSON.stringify(pairs)}`);
    }),
    of("a path that leaves the root is refused by every call", async ({ storage }) => {
      for (const path of badPaths)
        for (const [name, call] of callsAt(storage, path))
          await checkFails(`${name}(${JSON.stringify(path)})`, "path", call);
    }),
    of("what is not there is said to be so", async ({ storage, arrayPath }) => {
      checkEqual(await storage.has("a.json"), false, "has()");
      checkEqual(await listed(storage), [], "The list of nothing");
      checkEqual(await listed(storage, "absent", true), [], "The list of a folder that is not there");
      const absent = arrayPath("absent");
      const calls: readonly (readonly [string, () => unknown])[] = [
        ["readArray", () => storage.readArray(absent)],
        ["describeArray", () => storage.describeArray(absent)],
        ["readValue", () => storage.readValue("a.json")],
        ["remove", () => storage.remove("a.json")],
        ...(storage.read ? [["read", () => storage.read?.("a.json")] as const] : []),
      ];
      for (const [name, call] of calls) await checkFails(name, "not-found", call);
    }),
    of("lists by name, folders once, and all files below on request", async ({ storage }) => {
      for (const path of ["b.json", "a/2.json", "a/10.json", "a/c/d.json"])
        await storage.writeValue(path, path);
      checkEqual(await listed(storage), ["a/", "b.json"], "The root");
      checkEqual(await listed(storage, "a"), ["a/10.json", "a/2.json", "a/c/"], "The folder a");
      const all = ["a/10.json", "a/2.json", "a/c/d.json", "b.json"];
      checkEqual(await listed(storage, "", true), all, "All files");
      checkEqual(
        [await storage.has("a/c"), await storage.has("a/c/d")],
        [true, false],
        "has() of a folder, and of half a name,",
      );
    }),
    of("names of any letters stay what they are", async ({ storage }) => {
      const path = "Grün [x]/100% %20 'q' #1 & ?.json";
      await storage.writeValue(path, 7);
      checkEqual(await listed(storage, "", true), [path], "The list");
      checkEqual(await storage.readValue(path), 7, "What is read");
      await storage.remove(path);
      checkEqual(await storage.has(path), false, "has() of what was removed");
    }),
    of("a file is held by one at a time", async ({ storage }) => {
      if (!storage.lock) return;
      const release = await storage.lock("run.lock");
      await checkFails("Holding what is held", "exists", () => storage.lock?.("run.lock"));
      await release();
      await (await storage.lock("run.lock"))();
    }),
  ];
}

function valueCases(subject: StorageSubject): readonly ConformanceCase[] {
  const of = casesAt(subject);
  return [
    of("documents and tables come back", async ({ storage }) => {
      const document = { name: "µm", list: [1, 2.5, null, { deep: true }], empty: [] };
      const table = [
        { well: "A01", count: 3, note: 'a, "b"\nc' },
        { well: "B12", count: 0.1, note: "µ" },
      ];
      await storage.writeValue("run.json", document);
      await storage.writeValue("tables/cells.csv", table);
      checkEqual(await storage.readValue("run.json"), document, "The document");
      checkEqual(await storage.readValue("tables/cells.csv"), table, "The table");
    }),
    of("a table in parts is the table", async ({ storage }) => {
      const rows = [1, 2, 3, 4, 5].map((count) => ({ well: `A0${count}`, count }));
      async function* parts() {
        yield rows.slice(0, 2);
        yield [];
        yield rows.slice(2);
      }
      if (!storage.writeTable) return;
      await storage.writeTable("cells.csv", { columns: ["well", "count"], parts: parts() });
      checkEqual(await storage.readValue("cells.csv"), rows, "The table");
    }),
    of("what is there stays, unless it may be replaced", async ({ storage }) => {
      await storage.writeValue("a.json", "old");
      await checkFails("Writing over a document", "exists", () => storage.writeValue("a.json", "new"));
      checkEqual(await storage.readValue("a.json"), "old", "What is there");
      await storage.writeValue("a.json", "new", { overwrite: true });
      checkEqual(await storage.readValue("a.json"), "new", "What is there after overwrite");
    }),
    of("bytes come back, and stay unless they may be replaced", async ({ storage }) => {
      if (!storage.write || !storage.read) return;
      const bytes = Uint8Array.of(0, 255, 10, 13, 26);
      await storage.write("a.bin", bytes);
      await checkFails("Writing over bytes", "exists", () => storage.write?.("a.bin", Uint8Array.of(1)));
      checkEqual([...(await storage.read("a.bin"))], [...bytes], "What is there");
      await storage.write("a.bin", new Uint8Array(0), { overwrite: true });
      checkEqual((await storage.read("a.bin")).length, 0, "The length after overwrite");
    }),
    of("of several that write one path one wins, and the others are told", async ({ storage }) => {
      const texts = Array.from({ length: 8 }, (_, i) => `${i} `.repeat(1000));
      const outcomes = await Promise.allSettled(
        texts.map(async (text) => await storage.writeValue("a.json", text)),
      );
      const winners = texts.filter((_, i) => outcomes[i]?.status === "fulfilled");
      checkEqual(winners.length, 1, "The number of writers that were told that they wrote");
      checkEqual(await storage.readValue("a.json"), winners[0], "What is there");
      for (const outcome of outcomes)
        if (outcome.status === "rejected")
          check(hasCode(outcome.reason, "exists"), `A writer that lost is told: ${String(outcome.reason)}`);
    }),
    of("many at once all arrive", async ({ storage }) => {
      const names = Array.from({ length: 100 }, (_, i) => `many/${i}.json`);
      await Promise.all(names.map((name, i) => storage.writeValue(name, i)));
      const values = await Promise.all(names.map((name) => storage.readValue(name)));
      checkEqual(values, [...names.keys()], "What is there");
    }),
    of("a call that was cancelled does nothing", async ({ storage, arrayPath }) => {
      const signal = AbortSignal.abort();
      const path = arrayPath("a");
      await storage.writeArray(path, createHostArray([2, 2], "uint8"));
      const calls: readonly (readonly [string, () => unknown])[] = [
        ["readArray", () => storage.readArray(path, { signal })],
        [
          "writeArray",
          () => storage.writeArray(arrayPath("b"), createHostArray([2, 2], "uint8"), { signal }),
        ],
        ["writeValue", () => storage.writeValue("b.json", 1, { signal })],
      ];
      for (const [name, call] of calls) await checkFails(name, "cancelled", call);
      checkEqual([await storage.has(arrayPath("b")), await storage.has("b.json")], [false, false], "has()");
    }),
  ];
}

/** Every call that the storage has, with a path. */
function callsAt(storage: StorageBackend, path: string): readonly (readonly [string, () => unknown])[] {
  const array = createHostArray([1, 1], "uint8");
  const calls: readonly (readonly [string, (() => unknown) | undefined])[] = [
    ["has", () => storage.has(path)],
    ["read", storage.read && (() => storage.read?.(path))],
    ["write", storage.write && (() => storage.write?.(path, new Uint8Array(1)))],
    ["remove", storage.remove && (() => storage.remove?.(path))],
    // The root itself may be listed, and may be an array.
    ["describeArray", path === "" ? undefined : () => storage.describeArray?.(path)],
    ["readArray", path === "" ? undefined : () => storage.readArray?.(path)],
    ["writeArray", () => storage.writeArray?.(path, array)],
    ["readValue", () => storage.readValue?.(path)],
    ["writeValue", () => storage.writeValue?.(path, 1)],
    ["list", path === "" ? undefined : () => listed(storage, path)],
  ];
  return calls.flatMap(([name, call]) => (call ? [[name, call] as const] : []));
}
