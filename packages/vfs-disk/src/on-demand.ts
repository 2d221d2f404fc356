import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Loads a library when it is first asked for, at once: most runs need none of the rarer formats, and libraries are the
 * larger part of what a program loads at its start.
 */
export function onDemand<Library>(load: (require: NodeJS.Require) => Library): () => Library {
  let library: { readonly loaded: Library } | undefined;
  return () => {
    library ??= { loaded: load(require) };
    return library.loaded;
  };
}
