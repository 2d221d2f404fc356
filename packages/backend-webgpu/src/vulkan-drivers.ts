/** What is asked of Node. */
export interface NodeProcess {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: "node:fs"): {
    existsSync(path: string): boolean;
    readdirSync(path: string): readonly string[];
  };
}

/**
 * Whether a Vulkan driver may be installed. On Linux each driver has a manifest in one of the folders that the Vulkan loader
 * searches, or named by a variable of its (https://vulkan.lunarg.com/doc/view/latest/linux/LoaderDriverInterface.html,
 * "Driver Discovery on Linux"); elsewhere the system brings drivers. Dawn prints warnings that nothing can hold back where
 * it is asked for adapters and there is none.
 */
export function mayHaveVulkanDriver({ platform, env, getBuiltinModule }: NodeProcess): boolean {
  const files = platform === "linux" ? getBuiltinModule?.("node:fs") : undefined;
  if (!files) return true;
  const chosen = env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES;
  const named = [...pathsIn(chosen), ...pathsIn(env.VK_ADD_DRIVER_FILES)];
  if (named.some((path) => files.existsSync(path))) return true;
  if (chosen) return false;
  return manifestFolders(env).some((folder) => {
    try {
      return files.readdirSync(folder).some((name) => name.endsWith(".json"));
    } catch {
      return false; // most of them are not there
    }
  });
}

function manifestFolders(env: NodeProcess["env"]): readonly string[] {
  const home = env.HOME ?? "";
  return [
    env.XDG_CONFIG_HOME || `${home}/.config`,
    ...pathsIn(env.XDG_CONFIG_DIRS),
    env.XDG_DATA_HOME || `${home}/.local/share`,
    ...pathsIn(env.XDG_DATA_DIRS),
    ...["/etc/xdg", "/etc", "/usr/local/etc", "/usr/local/share", "/usr/share", "/run/opengl-driver/share"],
    // A loader of its own, as package managers of users install it, searches beside itself.
    ...pathsIn(env.LD_LIBRARY_PATH).flatMap((folder) => [`${folder}/../share`, `${folder}/../etc`]),
  ].map((folder) => `${folder}/vulkan/icd.d`);
}

function pathsIn(list = ""): readonly string[] {
  return list.split(":").filter((path) => path !== "");
}
