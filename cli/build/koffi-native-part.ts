import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Puts `koffi.node` beside the bundle that uses koffi and makes koffi load it from there: koffi looks for its native part in a
 * `node_modules` that does not exist on a server.
 */
export function koffiNativePart(): Plugin {
  return {
    name: 'koffi-native-part',
    setup(build) {
      build.initialOptions.loader = { ...build.initialOptions.loader, '.node': 'copy' };
      build.onLoad({ filter: /[\\/]koffi[\\/]src[\\/]static\.js$/ }, ({ path: importer }) => {
        const contents = `export const loadStatic = () => require(${JSON.stringify(nativePart(importer))});`;
        return { contents, loader: 'js' };
      });
    },
  };
}

function nativePart(importer: string): string {
  const platform = `${process.platform}-${process.arch}`;
  const loader = createRequire(importer).resolve(`@koromix/koffi-${platform}`);
  return path.join(path.dirname(loader), platform.replace('-', '_'), 'koffi.node');
}
