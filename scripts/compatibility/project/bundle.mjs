// How a service is bundled. Packages in it that are CommonJS ask for `require`, which a bundle of
// esbuild that is an ES module has to be given; rolldown adds it by itself.
import { build } from "esbuild";
import { rolldown } from "rolldown";

const entry = "src/decorated.ts";
const banner =
  'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);';
const options = {
  entryPoints: [entry],
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  logLevel: "error",
};
await build({ ...options, outfile: "bundles/esbuild.mjs", banner: { js: banner } });
await build({
  ...options,
  outfile: "bundles/esbuild-minified.mjs",
  banner: { js: banner },
  minify: true,
});
await build({ ...options, outfile: "bundles/esbuild-without-require.mjs" });

const bundle = await rolldown({ input: entry, platform: "node", logLevel: "silent" });
await bundle.write({ dir: "bundles/rolldown", format: "esm" });
