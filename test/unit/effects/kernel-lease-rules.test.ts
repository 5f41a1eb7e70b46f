import { addressesIn, rulesIn } from '../../../agent/src/effects/kernel-lease/listing.ts';
import { activate, addProtected, loadRules, stageElement, tableName } from '../../../agent/src/effects/kernel-lease/ruleset.ts';

const LISTING = `table inet dbss_ring {
	set machine {
		type ipv4_addr
		elements = { 198.18.0.1, 198.18.0.2,
			     198.18.0.3 }
	}

	map active {
		type ipv4_addr : mark
		elements = { 198.18.0.1 : 0x00000005 }
	}

	chain to_address {
		counter packets 7 bytes 588 drop
	}
}
`;

describe('the rules of leases', () => {
  test.each(['', 'ring; flush ruleset', '-ring', 'ring\n'])('take no %j for the name of a cluster', (cluster) => {
    expect(() => tableName(cluster)).toThrow('no name for a table');
  });

  test.each(['vnet*"; drop', '', '*', 'a-name-that-is-too-long'])('take no %j for the name of taps', (taps) => {
    expect(() => loadRules('dbss_ring', taps)).toThrow('no name of taps');
  });

  test('take nothing but IPv4 addresses, whole marks that nft knows and lengths of a millisecond or more', () => {
    expect(() => addProtected('dbss_ring', '198.18.0.1 }; flush ruleset', 'machine')).toThrow('not an IPv4 address');
    for (const mark of [0, -1, 1.5, 2 ** 32, NaN]) expect(() => activate('dbss_ring', ['inet'], '198.18.0.1', mark)).toThrow('no mark');
    for (const length_ms of [0, -5, 0.5, Infinity]) {
      expect(() => stageElement('dbss_ring', ['inet'], '198.18.0.1', 1, length_ms)).toThrow('no length');
    }
  });

  test('are compared without what comes and goes by itself', () => {
    const later = LISTING.replace('packets 7 bytes 588', 'packets 9 bytes 700').replace(
      '198.18.0.1 : 0x00000005',
      '198.18.0.1 : 0x00000006',
    );
    expect(rulesIn(later)).toBe(rulesIn(LISTING));
    expect(rulesIn(LISTING.replace(' drop', ' accept'))).not.toBe(rulesIn(LISTING));
  });

  test('tell which addresses a set has', () => {
    expect(addressesIn(LISTING, 'machine')).toEqual(['198.18.0.1', '198.18.0.2', '198.18.0.3']);
    expect(addressesIn(LISTING, 'active')).toEqual(['198.18.0.1']);
    expect(addressesIn(LISTING, 'tap')).toEqual([]);
  });
});
