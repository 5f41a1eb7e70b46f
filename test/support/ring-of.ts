export { filesOf, ringOf } from '../../cli/src/simulator/made-ring.ts';
