import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { installationRoot } from '../installation.ts';

export type Accelerator = 'kvm' | 'tcg';

/** What the original server is made of: vm-images/original-server/recipe.json. */
export interface Recipe {
  /** Debian release of the guest. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Path patterns that dpkg leaves out. */
  readonly excluded_paths: readonly string[];
  /** Daemons that the rehearsal starts and stops, so that they lie in the guest's memory. */
  readonly rehearsed_daemons: readonly string[];
  readonly disk_size_mb: number;
  /** Versioned, since a saved memory fits one machine type only. */
  readonly machine_type: string;
  readonly cpu_model: Readonly<Record<Accelerator, string>>;
  readonly kernel_arguments: Readonly<Record<Accelerator | 'every', string>>;
}

/** Everything in this installation that a built original server depends on. */
export interface ImageSources {
  readonly recipe: Recipe;
  readonly recipeDirectory: string;
  /** templates/standby/domain.xml */
  readonly domainTemplate: string;
  /** templates/standby/private-libvirt.sh */
  readonly privateLibvirtScript: string;
  /** templates/procedure/install.sh */
  readonly installScript: string;
  /** Files of the recipe's `rehearsal/`: what the rehearsal's server has at these paths below `/`, in their order. */
  readonly rehearsalFiles: readonly { readonly path: string; readonly text: string }[];
}

export function imageSources(root: string = installationRoot()): ImageSources {
  const recipeDirectory = path.join(root, 'vm-images', 'original-server');
  const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  return {
    recipe: JSON.parse(readFileSync(path.join(recipeDirectory, 'recipe.json'), 'utf8')) as Recipe,
    recipeDirectory,
    domainTemplate: text('templates/standby/domain.xml'),
    privateLibvirtScript: path.join(root, 'templates', 'standby', 'private-libvirt.sh'),
    installScript: text('templates/procedure/install.sh'),
    rehearsalFiles: filesBelow(path.join(recipeDirectory, 'rehearsal')).map((file) => ({
      path: file,
      text: text(path.join('vm-images', 'original-server', 'rehearsal', file)),
    })),
  };
}

/** Paths of all files and links below a directory, from there, in the order of their names. */
export function filesBelow(directory: string): readonly string[] {
  return globSync('**', { cwd: directory, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}
