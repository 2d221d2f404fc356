import {
  type Conversion,
  type ConversionFallback,
  type DType,
  dtypes,
  type HostArray,
} from "@platewright/core";
import { check, checkEqual, checkFails, checkSameBits, hasCode } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { randomArray } from "./random-array.ts";
import { inSession, type MemorySubject, type Session } from "./session.ts";

const shapes = [
  [3, 5],
  [2, 4, 6],
  [3, 3, 5],
] as const;

/**
 * What memory types that are installed together promise, host and direct conversions included: for every ordered
 * pair and every dtype A → B → A keeps every bit, or a typed error says why not.
 */
export function conversionCases(
  subjects: readonly MemorySubject[],
  conversions: readonly Conversion[] = [],
): readonly ConformanceCase[] {
  const names = ["host", ...subjects.map(({ type }) => type.name)];
  const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));
  const of = (name: string, work: (session: Session) => Promise<void>): ConformanceCase => ({
    name,
    run: () => inSession(subjects, conversions, work),
  });
  return pairs.flatMap(([from, to]) => [
    ...dtypes.map((dtype) =>
      of(`${from} → ${to} → ${from} keeps every bit of ${dtype}`, (session) =>
        checkThereAndBack(session, from, to, dtype),
      ),
    ),
    of(`${from} → ${to}: the route is the same each time, and its views share memory`, (session) =>
      checkRoute(session, from, to),
    ),
    of(`${from} → ${to} without the host is a direct edge or an error`, (session) =>
      checkDirect(session, from, to, conversions),
    ),
    ...conversions
      .filter((edge) => edge.from === from && edge.to === to)
      .map((edge, i) =>
        of(`${from} → ${to}: where direct edge ${i} fails, the array goes another way`, () =>
          checkFallback(subjects, conversions, edge),
        ),
      ),
  ]);
}

async function checkThereAndBack(session: Session, from: string, to: string, dtype: DType): Promise<void> {
  const isListed = [from, to].every((name) => session.registry.get(name as never).dtypes.includes(dtype));
  for (const [seed, shape] of shapes.entries()) {
    const host = randomArray(shape, dtype, seed);
    let back: HostArray;
    try {
      const start = await convert(session, host, from);
      const there = await convert(session, start, to);
      checkEqual(session.registry.typeOf(there), to, "The memory type");
      back = (await convert(session, await convert(session, there, from), "host")) as HostArray;
    } catch (thrown) {
      if (!isListed && hasCode(thrown, "dtype")) continue;
      throw thrown;
    }
    checkSameBits(back, host, `${dtype} of shape (${shape.join(", ")})`);
  }
}

async function checkRoute(session: Session, from: string, to: string): Promise<void> {
  const { registry } = session;
  for (const dtype of commonDTypes(session, from, to)) {
    const start = await convert(session, randomArray([2, 3, 4], dtype, 1), from);
    const info = registry.describe(start);
    const routes = [1, 2].map(() => registry.route(from as never, to as never, info, session.optionsFor(to)));
    checkEqual(routes[1], routes[0], "The second route");
    const hops = routes[0]?.hops ?? [];
    checkEqual([from, ...hops.map((hop) => hop.to)].at(-1), to, "The end of the route");
    const end = await convert(session, start, to);
    const isShared = registry.storageOf(start) === registry.storageOf(end);
    const isView = hops.every(({ cost }) => cost === "view");
    checkEqual(
      isShared,
      isView,
      `${dtype}: whether memory is shared along ${hops.map(({ cost }) => cost).join(", ")}`,
    );
    const moved = hops.filter(({ cost }) => cost !== "view").length * info.bytes;
    checkEqual(routes[0]?.bytes, moved, `${dtype}: the bytes of the route`);
  }
}

async function checkDirect(
  session: Session,
  from: string,
  to: string,
  conversions: readonly Conversion[],
): Promise<void> {
  if (from === "host" || to === "host") return;
  const { registry } = session;
  for (const dtype of commonDTypes(session, from, to)) {
    const host = randomArray([2, 3, 4], dtype, 1);
    const start = await convert(session, host, from);
    const options = { ...session.optionsFor(to), allowHostRoundtrip: false };
    const isDirect = conversions.some(
      (edge) =>
        edge.from === from && edge.to === to && (edge.applies?.(registry.describe(start), options) ?? true),
    );
    const work = async () => session.hold(await registry.convert(start, to as never, options));
    if (!isDirect) {
      await checkFails(`Converting ${dtype} without the host`, "conversion", work, [from, to]);
      continue;
    }
    checkSameBits(
      (await convert(session, await work(), "host")) as HostArray,
      host,
      `${dtype} by the direct edge`,
    );
  }
}

/** The same installation, but for one edge that throws: another way is taken, and the caller is told. */
async function checkFallback(
  subjects: readonly MemorySubject[],
  conversions: readonly Conversion[],
  edge: Conversion,
): Promise<void> {
  const broken: Conversion = {
    ...edge,
    convert: () => Promise.reject(new Error("This edge fails on purpose.")),
  };
  const others = conversions.map((one) => (one === edge ? broken : one));
  await inSession(subjects, others, async (session) => {
    const { registry } = session;
    for (const dtype of commonDTypes(session, edge.from, edge.to)) {
      const host = randomArray([2, 3, 4], dtype, 1);
      const start = await convert(session, host, edge.from);
      const options = session.optionsFor(edge.to);
      if (!(edge.applies?.(registry.describe(start), options) ?? true)) continue;
      const told: ConversionFallback[] = [];
      const end = session.hold(
        await registry.convert(start, edge.to as never, { ...options, onFallback: (one) => told.push(one) }),
      );
      checkEqual(
        told.map(({ from, to }) => [from, to]),
        [[edge.from, edge.to]],
        `${dtype}: what is told`,
      );
      check(told[0]?.reason.includes("on purpose") === true, `${dtype}: the reason is not told.`);
      checkSameBits((await convert(session, end, "host")) as HostArray, host, `${dtype} by another way`);
    }
  });
}

async function convert(session: Session, array: unknown, to: string): Promise<unknown> {
  return session.hold(await session.registry.convert(array, to as never, session.optionsFor(to)));
}

function commonDTypes({ registry }: Session, from: string, to: string): readonly DType[] {
  const [a, b] = [from, to].map((name) => registry.get(name as never).dtypes);
  return (a ?? []).filter((dtype) => b?.includes(dtype));
}
