/** The arrows of docs/architecture.md. `$1` in a rule stands for what its `from` matched in parentheses. */
module.exports = {
  forbidden: [
    {
      name: 'protocol-imports-only-protocol',
      comment: 'The protocol decides and does nothing else: no effects, no Node, no package but immer.',
      severity: 'error',
      from: { path: '^agent/src/protocol/' },
      to: { pathNot: ['^agent/src/protocol/', 'node_modules/immer/'] },
    },
    {
      name: 'configuration-imports-only-protocol',
      comment: 'The configuration is data about the ring, read by the agent and written by dbssctl.',
      severity: 'error',
      from: { path: '^agent/src/configuration/' },
      to: { path: '^(agent|cli)/', pathNot: '^agent/src/(protocol|configuration)/' },
    },
    {
      name: 'effects-do-not-import-runtime',
      comment: 'An effect does one outside thing; the runtime wires it.',
      severity: 'error',
      from: { path: '^agent/src/effects/' },
      to: { path: '^agent/', pathNot: '^agent/src/(protocol|configuration|effects)/' },
    },
    {
      name: 'agent-does-not-import-cli',
      severity: 'error',
      from: { path: '^agent/' },
      to: { path: '^cli/' },
    },
    {
      name: 'cli-sees-only-protocol-and-configuration',
      comment:
        'dbssctl shares words with the agent, not its programs; and the work of a client, which the lab does as the examinations do, and the seal of procedures.',
      severity: 'error',
      from: { path: '^cli/src/' },
      to: {
        path: '^agent/',
        pathNot: '^agent/src/(protocol|configuration|effects/service-check)/|^agent/src/effects/procedure/sealed-procedure',
      },
    },
    {
      name: 'simulator-sees-only-protocol',
      comment: 'A simulated world is the protocol and virtual machines; what an operator simulates of an inventory stands in operator/.',
      severity: 'error',
      from: { path: '^cli/src/simulator/', pathNot: '^cli/src/simulator/operator/' },
      to: { path: '^(agent|cli)/', pathNot: '^(agent/src/protocol|cli/src/simulator)/|^cli/src/inventory/timing-profiles' },
    },
    {
      name: 'nothing-imports-a-command',
      comment: 'A command is a page: what two commands share lives beside the commands.',
      severity: 'error',
      from: { path: '^(agent|cli)/src/' },
      to: { path: '^cli/src/commands/' },
    },
    {
      name: 'programs-do-not-import-tests-or-the-build',
      severity: 'error',
      from: { path: '^(agent|cli)/src/' },
      to: { path: '^(test|cli/build)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable-imports',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
