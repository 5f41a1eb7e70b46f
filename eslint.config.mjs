import { builtinRules } from 'eslint/use-at-your-own-risk';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What would let the protocol see a clock, chance or the outside: all of it comes in with events (docs/architecture.md). */
const OUTSIDE_THE_PROTOCOL = [
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'clearTimeout', 'clearInterval'],
  ...['crypto', 'process', 'globalThis', 'global', 'console', 'fetch', 'Buffer', 'Worker', 'AbortSignal', 'require'],
].map((name) => ({ name, message: 'The protocol decides and does nothing else: time and facts come in with events.' }));

export default defineConfig(
  globalIgnores(['**/dist/', 'coverage/', '**/.dbss/', '**/fixtures/']),
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { size: { rules: { 'max-lines-wanted': builtinRules.get('max-lines') } } },
    rules: {
      'max-lines': ['error', 400],
      'size/max-lines-wanted': ['warn', 250],
      'no-console': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      // An interface may want a promise from what needs none, or take what gives nothing as well as a promise.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  {
    files: ['agent/src/protocol/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...OUTSIDE_THE_PROTOCOL],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Chance comes in with events.' }],
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*'], message: 'The protocol imports nothing of Node.' }] }],
    },
  },
  {
    files: ['test/**/*.ts'],
    // jest's matchers (`expect.any`) are any.
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
