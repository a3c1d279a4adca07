/** The machines that releases are for. */

/** A machine that a release is for. */
export interface Target {
  /** As the name of the file says it. */
  readonly name: string;
  /** As `bun build --target` says it. */
  readonly bun: string;
  /** Debian's name of the processor, where there is a package for it. */
  readonly debian?: "amd64" | "arm64";
}

/**
 * Every target. macOS on Intel is left out: the signature of executables that Bun 1.4.5 makes for it is broken, and macOS
 * does not start them. Those for musl need the package `libstdc++`. On Intel, SSE4.2 is all that Bun asks of a processor.
 */
export const TARGETS: readonly Target[] = [
  { name: "linux-x64", bun: "bun-linux-x64", debian: "amd64" },
  { name: "linux-x64-musl", bun: "bun-linux-x64-musl" },
  { name: "linux-arm64", bun: "bun-linux-arm64", debian: "arm64" },
  { name: "linux-arm64-musl", bun: "bun-linux-arm64-musl" },
  { name: "macos-arm64", bun: "bun-darwin-arm64" },
  { name: "windows-x64.exe", bun: "bun-windows-x64" },
];
