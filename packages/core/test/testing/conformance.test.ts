import {
  castArray,
  createHostArray,
  type HostArray,
  type MemoryType,
  outOfMemory,
  PlatewrightError,
  viewOf,
} from "@platewright/core";
import {
  type ConformanceCase,
  conversionCases,
  type MemorySubject,
  memoryTypeCases,
  randomArray,
  withKnownGaps,
} from "@platewright/core/testing";
import { describe, expect, test } from "vitest";
import { createTensor } from "../support/devices.ts";
import { gridBackend } from "../support/grid.ts";

const tensor = (): MemorySubject => {
  const { type, live } = createTensor();
  const cast: MemoryType<"tensor">["cast"] = async (array, dtype, policy) => {
    if (policy === "native" || (policy === "preserve" && dtype === array.dtype)) return array;
    const { applyDTypePolicy } = await import("@platewright/core");
    return type.fromHost(applyDTypePolicy(await type.toHost(array), dtype, policy));
  };
  return { type: { ...type, cast }, usage: () => ({ liveBytes: live(), liveBuffers: live() }) };
};

describe("memory types that keep their promises pass", () => {
  const grid = { type: gridBackend() };
  const cases = [
    ...memoryTypeCases(grid),
    ...memoryTypeCases(tensor()),
    ...conversionCases([grid, tensor()]),
  ];
  for (const { name, run } of cases) test(name, run);

  test("each case has a name of its own", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});

/** The names of the cases that fail. */
async function failing(cases: readonly ConformanceCase[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { name, run } of cases) await run().catch(() => names.push(name));
  return names;
}

type Tensor = MemoryType<"tensor">;

/** Each breaks one promise of a memory type that keeps the others. */
const faults: readonly (readonly [string, (type: Tensor) => Partial<Tensor>, string])[] = [
  [
    "takes anything for its own",
    () => ({ is: (value): value is never => typeof value === "object" }),
    "recognises",
  ],
  [
    "a wrong shape",
    ({ describe }) => ({ describe: (a) => ({ ...describe(a), shape: [1] }) }),
    "comes back with every bit",
  ],
  [
    "loses the last value",
    ({ toHost }) => ({
      toHost: async (a) => {
        const host = (await toHost(a)) as HostArray;
        host.data.fill(0, Math.max(0, host.data.length - 1));
        return host;
      },
    }),
    "comes back with every bit",
  ],
  [
    "reads shared memory from its beginning",
    ({ fromHost }) => ({
      fromHost: (host) => {
        const { buffer, length } = host.data;
        return fromHost(createHostArray(host.shape, host.dtype, viewOf(host.dtype, buffer, 0, length)));
      },
    }),
    "parts of larger memory",
  ],
  [
    "claims to share",
    () => ({ hostCost: () => "view" }),
    "shares memory with the host exactly where it says so",
  ],
  ["keeps what it is told to dispose of", () => ({ dispose: () => {} }), "leave nothing behind"],
  [
    "stacks in reverse",
    ({ toHost, fromHost }) => ({
      stack: async (slices) => {
        const hosts = (await Promise.all(slices.map((slice) => toHost(slice)))) as HostArray[];
        const first = hosts[0] as HostArray;
        const stack = createHostArray([hosts.length, ...first.shape], first.dtype);
        for (const [z, host] of hosts.reverse().entries())
          stack.data.set(host.data as never, z * host.data.length);
        return fromHost(stack);
      },
    }),
    "three slices of 4 × 5",
  ],
  [
    "casts by wrapping",
    ({ toHost, fromHost }) => ({
      cast: async (array, dtype) => {
        const host = (await toHost(array)) as HostArray;
        const made = createHostArray(host.shape, dtype);
        for (let i = 0; i < host.data.length; i++) made.data[i] = host.data[i] as number;
        return fromHost(made);
      },
    }),
    "casts uint16 to uint8",
  ],
  [
    "lets NaN pass",
    ({ toHost, fromHost }) => ({
      cast: async (array, dtype) =>
        fromHost(castArray((await toHost(array)) as HostArray, dtype, { fill: 0 })),
    }),
    "NaN to uint8",
  ],
];

describe("a memory type that breaks one is found out", () => {
  test.each(faults)("%s", async (_, fault, name) => {
    const { type, ...rest } = tensor() as MemorySubject<"tensor">;
    const broken = { type: { ...type, ...fault(type) }, ...rest } as MemorySubject;
    expect((await failing(memoryTypeCases(broken))).join("\n")).toContain(name);
  });

  test("a direct edge that changes values", async () => {
    const edge = { kind: "conversion", from: "grid", to: "tensor", cost: "device-copy" } as const;
    const { type } = createTensor();
    const convert = () => type.fromHost(createHostArray([2, 3, 4], "uint8"));
    const cases = conversionCases(
      [{ type: gridBackend() }, { type } as MemorySubject],
      [{ ...edge, convert }],
    );
    expect((await failing(cases)).join("\n")).toContain("grid → tensor → grid keeps every bit");
  });

  test("one that has no room", async () => {
    const { type } = createTensor();
    const fromHost = () => {
      throw outOfMemory({ device: "gpu:0", requestedBytes: 1, liveBytes: 0, budgetBytes: 0 });
    };
    const cases = memoryTypeCases({ type: { ...type, fromHost } } as MemorySubject);
    expect((await failing(cases)).length).toBeGreaterThan(cases.length / 2);
  });
});

describe("known gaps", () => {
  const holds = { name: "holds", run: async () => {} };
  const fails = {
    name: "fails",
    run: async () => {
      throw new PlatewrightError("array", "no");
    },
  };

  test("hold as long as they fail", async () => {
    const cases = withKnownGaps([holds, fails], { fails: "the library has none" });
    expect(cases.map(({ name }) => name)).toEqual(["holds", "fails (known gap: the library has none)"]);
    expect(await failing(cases)).toEqual([]);
  });

  test("that were closed are failures, and so are those that name no case", async () => {
    const [one] = withKnownGaps([holds], { holds: "once" });
    await expect(one?.run()).rejects.toThrow('"holds" is kept, though it is listed as a known gap (once).');
    expect(() => withKnownGaps([holds], { hold: "typing" })).toThrow("These known gaps are no cases: hold.");
  });
});

test("random arrays are the same for the same seed, and hold what their dtype can", () => {
  expect(randomArray([3, 4], "uint16", 1)).toEqual(randomArray([3, 4], "uint16", 1));
  expect(randomArray([3, 4], "uint16", 1)).not.toEqual(randomArray([3, 4], "uint16", 2));
  expect(new Set(randomArray([100], "bool", 1).data)).toEqual(new Set([0, 1]));
});
