import path from 'node:path';
import { build, type BuildOptions, type BuildResult } from 'esbuild';
import { koffiNativePart } from './koffi-native-part.ts';

/** Programs of one folder that are bundled in the same way. */
export interface Bundle {
  /** Where the built files end up. */
  readonly directory: string;
  /** Output path without extension → source file, both relative to the directory and to the root. */
  readonly entries: Readonly<Record<string, string>>;
  /** Share code between the entries and load it when it is first needed; else each file stands alone. */
  readonly splitting: boolean;
  readonly extension: '.js' | '.mjs';
  /** It goes to servers, where there are no packages. */
  readonly standsAlone: boolean;
}

export type BuiltBundle = BuildResult<{ metafile: true; write: false }>;

/** CommonJS packages in an ES module expect these. */
const COMMONJS_BANNER = [
  `import { createRequire as bundleCreateRequire } from 'node:module';`,
  `const require = bundleCreateRequire(import.meta.url), bundleFilename = import.meta.filename, bundleDirname = import.meta.dirname;`,
].join('\n');

/**
 * Bundles without writing, so that a failing build leaves the last good one in place.
 * @param root directory of the checkout
 */
export async function bundle({ directory, entries, splitting, extension, standsAlone }: Bundle, root: string): Promise<BuiltBundle> {
  const options = {
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ out, in: path.join(root, source) })),
    outdir: directory,
    bundle: true,
    splitting,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    outExtension: { '.js': extension },
    chunkNames: 'shared/[name]-[hash]',
    assetNames: '[name]',
    banner: { js: COMMONJS_BANNER },
    define: { __dirname: 'bundleDirname', __filename: 'bundleFilename' },
    // ssh2 finds its optional native parts by itself, and does without them; oclif only looks for TypeScript in development.
    external: [standsAlone ? 'cpu-features' : 'ssh2', 'typescript', 'ts-node', 'tsx'],
    plugins: [koffiNativePart()],
    metafile: true,
    write: false,
  } satisfies BuildOptions;
  return build(options);
}
