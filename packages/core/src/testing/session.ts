import {
  type Conversion,
  type ConvertOptions,
  createMemoryRegistry,
  type DeviceLease,
  type DeviceUsage,
  type HostArray,
  type MemoryRegistry,
  type MemoryType,
  type MemoryTypeName,
} from "@platewright/core";
import { check } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** A memory type that is put to the test. */
export interface MemorySubject<M extends MemoryTypeName = MemoryTypeName> {
  readonly type: MemoryType<M>;
  /** The bytes and pieces that live in it now. Default: those of its device, where it has one. */
  usage?(): Pick<DeviceUsage, "liveBytes" | "liveBuffers">;
  /** The array in other layouts that the library knows, such as strided, reversed or offset ones, each with the values it should have. */
  layouts?(host: HostArray): Promise<readonly Layout[]> | readonly Layout[];
}

/** An array in a layout of its own, and the values it should have. */
export interface Layout {
  readonly name: string;
  readonly array: unknown;
  readonly expected: HostArray;
}

/** Memory types at work, as the engine sets them to work: devices are leased, and all memory is disposed of once. */
export interface Session {
  readonly registry: MemoryRegistry;
  /** What a conversion to this memory type is told. */
  optionsFor(name: string): ConvertOptions;
  /** The array, disposed of with its memory at the end of the session. */
  hold<T>(array: T): T;
}

/** Memory types at work, of which one is the case's own. */
export interface TypeSession extends Session {
  /** A host array in the memory type, held. */
  take(host: HostArray): Promise<never>;
  /** An array of the memory type on the host, held. */
  readBack(array: unknown): Promise<HostArray>;
}

/** Makes cases of one memory type, each in a session of its own. */
export function casesOf(
  subject: MemorySubject,
): (name: string, work: (session: TypeSession) => Promise<void>) => ConformanceCase {
  return (name, work) => ({
    name: `${subject.type.name}: ${name}`,
    run: () => inTypeSession(subject, work),
  });
}

/** As `inSession`, with one memory type. */
export function inTypeSession(
  subject: MemorySubject,
  work: (session: TypeSession) => Promise<void>,
): Promise<void> {
  const { type } = subject;
  return inSession([subject], [], (session) =>
    work({
      ...session,
      take: async (host) => session.hold(await type.fromHost(host, session.optionsFor(type.name))) as never,
      readBack: async (array) => session.hold(await type.toHost(array as never)),
    }),
  );
}

/**
 * Leases a device for each memory type that has some, does the work, disposes of all that was held, and throws where
 * less or more memory is live then than before, whether the work failed or not.
 */
export async function inSession(
  subjects: readonly MemorySubject[],
  conversions: readonly Conversion[],
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const registry = createMemoryRegistry(
    subjects.map(({ type }) => type),
    conversions,
  );
  const held = new Map<object, unknown>();
  const leases = new Map<string, DeviceLease>();
  try {
    for (const { type } of subjects) {
      const lease = await leaseFor(type);
      if (lease) leases.set(type.name, lease);
    }
    const usages = () => subjects.map((subject) => usageOf(subject, leases));
    const before = usages();
    const session: Session = {
      registry,
      optionsFor: (name) => ({ device: leases.get(name)?.device.id }),
      hold(array) {
        held.set(registry.storageOf(array), array);
        return array;
      },
    };
    try {
      await work(session);
    } finally {
      for (const array of held.values()) registry.dispose(array);
    }
    checkUsage(subjects, before, usages());
  } finally {
    for (const lease of leases.values()) lease.release();
  }
}

async function leaseFor({ name, devices }: MemoryType): Promise<DeviceLease | undefined> {
  if (!devices) return undefined;
  const device = (await devices.list())[0];
  check(
    device !== undefined,
    `${name} finds no device: ${(await devices.remedy()) ?? "its provider does not say why"}`,
  );
  return devices.lease(device.id);
}

type Usage = Pick<DeviceUsage, "liveBytes" | "liveBuffers"> | undefined;

function usageOf(subject: MemorySubject, leases: ReadonlyMap<string, DeviceLease>): Usage {
  const usage = subject.usage?.() ?? leases.get(subject.type.name)?.usage();
  return usage && { liveBytes: usage.liveBytes, liveBuffers: usage.liveBuffers };
}

function checkUsage(
  subjects: readonly MemorySubject[],
  before: readonly Usage[],
  after: readonly Usage[],
): void {
  for (const [i, { type }] of subjects.entries()) {
    const [was, is] = [before[i], after[i]];
    if (!was || !is) continue;
    check(
      was.liveBytes === is.liveBytes && was.liveBuffers === is.liveBuffers,
      `${type.name} has ${is.liveBytes} bytes in ${is.liveBuffers} pieces after all was disposed of; before there were ${was.liveBytes} in ${was.liveBuffers}.`,
    );
  }
}
