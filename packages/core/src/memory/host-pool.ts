import { addTo } from "../plain-data.ts";
import { bytesPerElement, type DType, type TypedArray, type TypedArrays, viewOf } from "./dtype.ts";
import { createHostArray, type HostArray, sizeOf } from "./host-array.ts";

/** A stretch of memory from which a pool may lend, such as one in which kernels work without copying. */
export interface MemoryArena {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * Lends pieces of ordinary memory and takes them back. Touching fresh memory costs more than most kernels,
 * so that a run that gives back what it has read needs only as many pieces as it holds at once.
 */
export interface HostPool {
  /** An array with undefined content, to be written whole before it is read. */
  allocate<D extends DType>(shape: readonly number[], dtype: D): HostArray<D>;
  /** The piece of memory under a typed array: two arrays that share bytes answer the same object. */
  storageOf(data: TypedArray): object;
  /** Takes back the piece under a typed array that nobody reads any more; ignored where the pool did not lend it, or has it already. */
  release(data: TypedArray): void;
  /** Lets go of memory, as `storageOf` names it, that may still be read somewhere: it is never lent again. */
  forget(storage: object): void;
  /** Calls back once, when the memory under a typed array is released or forgotten: for whoever knows it under another name. */
  onRelease(data: TypedArray, callback: () => void): void;
  /** From now on lends from an arena first, for as long as it has room. Adopting an arena again changes nothing. */
  adopt(arena: MemoryArena): void;
  /** Bytes that lie ready. */
  readonly idleBytes: number;
  /** Lets go of all idle memory that is not an arena's. */
  clear(): void;
}

interface Piece {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly size: number;
  isLent: boolean;
}

/** Makes a pool that keeps at most `maxIdleBytes` ready beside its arenas. */
export function createHostPool(maxIdleBytes: number): HostPool {
  const idle = new Map<number, Piece[]>();
  const lent = new WeakMap<ArrayBufferLike, Piece>();
  const arenas: ReturnType<typeof createLendingArena>[] = [];
  const listeners = new WeakMap<object, (() => void)[]>();
  let idleBytes = 0;

  const arenaOf = (data: TypedArray) => arenas.find(({ buffer }) => buffer === data.buffer);
  const pieceOf = (data: TypedArray) => arenaOf(data)?.pieceAt(data.byteOffset) ?? lent.get(data.buffer);
  const storageOf = (data: TypedArray): object => arenaOf(data)?.pieceAt(data.byteOffset) ?? data.buffer;
  const tellRelease = (storage: object): void => {
    const callbacks = listeners.get(storage) ?? [];
    listeners.delete(storage);
    for (const callback of callbacks) callback();
  };
  const takePiece = (size: number): Piece => {
    for (const arena of arenas) {
      const piece = arena.take(size);
      if (piece) return piece;
    }
    const ready = idle.get(size)?.pop();
    if (ready) idleBytes -= size;
    const piece = ready ?? { buffer: new ArrayBuffer(size), byteOffset: 0, size, isLent: true };
    lent.set(piece.buffer, piece);
    return piece;
  };

  return {
    allocate(shape, dtype) {
      const length = sizeOf(shape);
      const piece = takePiece(sizeClass(length * bytesPerElement(dtype)));
      piece.isLent = true;
      return createHostArray(
        shape,
        dtype,
        viewOf(dtype, piece.buffer, piece.byteOffset, length) as TypedArrays[typeof dtype],
      );
    },
    storageOf,
    release(data) {
      tellRelease(storageOf(data));
      const piece = pieceOf(data);
      if (!piece?.isLent) return;
      piece.isLent = false;
      const arena = arenaOf(data);
      if (arena) arena.giveBack(piece);
      else if (idleBytes + piece.size <= maxIdleBytes) {
        addTo(idle, piece.size, piece);
        idleBytes += piece.size;
      }
    },
    forget(storage) {
      tellRelease(storage);
      if (storage instanceof ArrayBuffer) lent.delete(storage);
    },
    onRelease(data, callback) {
      const storage = storageOf(data);
      const callbacks = listeners.get(storage);
      if (callbacks) callbacks.push(callback);
      else listeners.set(storage, [callback]);
    },
    adopt(arena) {
      if (!arenas.some(({ buffer }) => buffer === arena.buffer)) arenas.push(createLendingArena(arena));
    },
    get idleBytes() {
      return idleBytes + arenas.reduce((sum, arena) => sum + arena.idleBytes(), 0);
    },
    clear() {
      idle.clear();
      idleBytes = 0;
    },
  };
}

const PAGE = 4096;

/** Cuts an arena into pieces as they are asked for; a piece keeps its size and is lent again to whoever wants that size. */
function createLendingArena({ buffer, byteOffset, byteLength }: MemoryArena) {
  const idle = new Map<number, Piece[]>();
  const pages: Piece[] = [];
  let end = 0;
  return {
    buffer,
    take(size: number): Piece | undefined {
      const ready = idle.get(size)?.pop();
      if (ready || end + size > byteLength) return ready;
      const piece: Piece = { buffer, byteOffset: byteOffset + end, size, isLent: true };
      pages.length = (end + size) / PAGE;
      pages.fill(piece, end / PAGE);
      end += size;
      return piece;
    },
    giveBack: (piece: Piece) => addTo(idle, piece.size, piece),
    pieceAt: (at: number) => pages[Math.floor((at - byteOffset) / PAGE)],
    idleBytes: () => [...idle].reduce((sum, [size, pieces]) => sum + size * pieces.length, 0),
  };
}

/** Eight sizes for each power of two, whole pages: at most an eighth of a large piece is wasted. */
function sizeClass(bytes: number): number {
  const step = Math.max(PAGE, 2 ** (Math.floor(Math.log2(Math.max(bytes, 1))) - 3));
  return Math.ceil(Math.max(bytes, 1) / step) * step;
}

/** The pool that the engine and CPU functions share. */
export const hostPool: HostPool = createHostPool(96 * 2 ** 20);
