/** Tests on real namespaces, addresses and processes. They need root; without it they are skipped and say so. */
export default {
  rootDir: '../..',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } }] },
  testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
  testTimeout: 60_000,
  maxWorkers: 1,
  verbose: true,
};
