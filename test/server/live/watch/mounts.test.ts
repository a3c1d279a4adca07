import { expect, test } from "bun:test";
import { mountsIn } from "../../../../src/server/live/watch/mounts.ts";

test("mount points are read as the kernel writes them, blanks and all", () => {
  const text = [
    "26 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
    "42 26 254:0 /srv/a\\040b.toml//deleted /etc/c\\134d.toml rw,relatime shared:1 - ext4 /dev/vda rw",
    "",
  ].join("\n");
  expect(mountsIn(text)).toEqual([
    ["/", "/"],
    ["/etc/c\\d.toml", "/srv/a b.toml//deleted"],
  ]);
});
