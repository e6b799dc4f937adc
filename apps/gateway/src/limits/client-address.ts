import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = [Address, number];

/** One household or machine has at least so much of IPv6, and changes within it at will. */
const IPV6_NETWORK_BITS = 64;

/** The address as limits compare it: IPv4 also where it came mapped into IPv6; null where there is none. */
function parsed(address: string): Address | null {
  return ipaddr.isValid(address) ? ipaddr.process(address) : null;
}

/** What failures of a client are counted under: its IPv4 address, or its IPv6 network of 64 bits. */
export function networkOf(address: string): string {
  const client = parsed(address);
  if (!client) return 'unknown';
  return client.kind() === 'ipv4'
    ? client.toString()
    : client
        .toByteArray()
        .slice(0, IPV6_NETWORK_BITS / 8)
        .join('.');
}

/** The only addresses that may use a token; made once for a verdict, asked with each request. */
export class AddressList {
  private readonly blocks: Block[];
  /** Clients come again and again, and reading an address costs more than all else here. */
  private readonly known = new LRUCache<string, boolean>({ max: 1_000 });

  constructor(blocks: readonly string[]) {
    this.blocks = blocks.map(blockOf);
  }

  has(address: string): boolean {
    const known = this.known.get(address) ?? this.judge(address);
    this.known.set(address, known);
    return known;
  }

  private judge(address: string): boolean {
    const client = parsed(address);
    return client !== null && this.blocks.some(([block, bits]) => isWithin(client, block, bits));
  }
}

function blockOf(text: string): Block {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.toByteArray().length * 8];
}

function isWithin(client: Address, block: Address, bits: number): boolean {
  return client.kind() === block.kind() && client.match(block, bits);
}
