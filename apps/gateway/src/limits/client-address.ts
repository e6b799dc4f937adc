import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/** One household or machine has at least so much of IPv6, and changes within it at will. */
const IPV6_NETWORK_BITS = 64;

/** Names what failures of a client are counted under: its IPv4 address, or its IPv6 network of 64 bits. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  // IPv4 also where it came mapped into IPv6.
  const client = ipaddr.process(address);
  return client.kind() === 'ipv4'
    ? client.toString()
    : client
        .toByteArray()
        .slice(0, IPV6_NETWORK_BITS / 8)
        .join('.');
}

/** Holds the only addresses that may use a token; made once for a verdict, asked with each request. */
export class AddressList {
  private readonly blocks = new BlockList();
  /** Clients come again and again, and a look into the blocks costs as much as all else here. */
  private readonly known = new LRUCache<string, boolean>({ max: 1_000 });

  /** Takes addresses and blocks such as 10.0.0.0/8. */
  constructor(blocks: readonly string[]) {
    for (const text of blocks) {
      const [address = '', bits] = text.split('/');
      if (bits === undefined) this.blocks.addAddress(address, familyOf(address));
      else this.blocks.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** Tells whether an address is among them; IPv4 also where it came mapped into IPv6. */
  has(address: string): boolean {
    const known = this.known.get(address);
    if (known !== undefined) return known;
    const isListed = isIP(address) !== 0 && this.blocks.check(address, familyOf(address));
    this.known.set(address, isListed);
    return isListed;
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
