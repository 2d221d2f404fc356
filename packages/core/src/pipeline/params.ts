import type { Show } from "./type-tools.ts";

interface Described {
  /** One sentence for people; units included. */
  readonly description?: string;
  /** The parameter may be left out and is then `undefined`. A `default` makes it optional too. */
  readonly optional?: true;
}

/** A number, with the range it must lie in. */
export interface NumberParam extends Described {
  readonly type: "number" | "integer";
  readonly default?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Yes or no. */
export interface BooleanParam extends Described {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** A text. */
export interface StringParam extends Described {
  readonly type: "string";
  readonly default?: string;
}

/** One of a few values. */
export interface ChoiceParam extends Described {
  readonly enum: readonly (string | number)[];
  readonly default?: string | number;
}

/** A list of numbers. */
export interface NumberListParam extends Described {
  readonly type: "array";
  readonly items: { readonly type: "number" | "integer" };
  readonly default?: readonly number[];
}

/** Any object; a `lazy` one where it is more than plain data, such as a trained model. */
export interface ObjectParam extends Described {
  readonly type: "object";
  readonly default?: undefined;
}

/** One parameter, in the words of JSON Schema. */
export type Param = NumberParam | BooleanParam | StringParam | ChoiceParam | NumberListParam | ObjectParam;

/** Parameters by name: a JSON Schema `properties` object. */
export interface ParamTable {
  readonly [name: string]: Param;
}

/** How a function describes its parameters: a table, or a schema of your validation library. */
export type ParamsSpec = ParamTable | StandardSchema;

/** What a user writes: parameters with a default may be left out. */
export type ParamsGiven<P extends ParamsSpec> =
  P extends StandardSchema<infer Input, unknown>
    ? Input
    : Show<
        { readonly [K in keyof P as IsOptional<P[K]> extends true ? K : never]?: ValueOf<P[K]> } & {
          readonly [K in keyof P as IsOptional<P[K]> extends true ? never : K]: ValueOf<P[K]>;
        }
      >;

/** What a function receives: checked, defaults filled in. */
export type ParamsReceived<P extends ParamsSpec> =
  P extends StandardSchema<unknown, infer Output>
    ? Output
    : {
        readonly [K in keyof P]:
          | ValueOf<P[K]>
          | (P[K] extends { readonly optional: true } ? undefined : never);
      };

type IsOptional<D> = D extends { readonly default: unknown } | { readonly optional: true } ? true : false;

type ValueOf<D> = D extends { readonly enum: readonly (infer Choice)[] }
  ? Choice
  : D extends { readonly type: keyof Values }
    ? Values[D["type"]]
    : never;

interface Values {
  number: number;
  integer: number;
  boolean: boolean;
  string: string;
  array: readonly number[];
  object: object;
}

/** A validator of any library that follows Standard Schema 1 (https://standardschema.dev): zod, valibot, arktype, … */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a validator answers: the value, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };
