/** Unit, paper and simulation tests; the lab's tests have a configuration of their own (test/scenarios). */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } }] },
  testMatch: ['<rootDir>/test/{unit,paper,simulation}/**/*.test.ts'],
  verbose: true,
};
