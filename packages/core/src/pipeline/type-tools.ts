/** The same object type, written out, so that the editor shows its fields. */
export type Show<T> = { [K in keyof T]: T[K] } & {};

/** All members of a union at once. */
export type Both<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

/** The type `T[K]`, or `unknown` where `T` has no such key. */
export type At<T, K> = K extends keyof T ? T[K] : unknown;

/** A sentence in the place of a type: an object put there is refused, and the sentence is what the editor says. */
export type Problem<Sentence extends string> = Sentence;
