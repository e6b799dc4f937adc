import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '@sluice/runtime/clock';
import { newId } from '@sluice/runtime/ids';
import { CursorKeyStore } from '../cursor-key/cursor-key.store';

/** A browser in which an admin has signed in before. */
export interface KnownBrowser {
  id: string;
  adminId: string;
}

/**
 * Writes what a browser keeps of having signed in, and reads it again: an id and its account, with a seal. It lets nobody
 * in: whoever brings it has a count of failures of their own.
 */
@Injectable()
export class KnownBrowsers {
  constructor(
    private readonly keys: CursorKeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Gives a browser of the admin what to keep; one that is known as theirs stays the same. */
  async mark(adminId: string, known: KnownBrowser | null): Promise<string> {
    const id = known?.adminId === adminId ? known.id : newId('brw');
    const { signing } = await this.keysNow();
    return `${id}.${adminId}.${sealOf(signing, id, adminId)}`;
  }

  /** Null where the text is none of ours. */
  async find(text: string | undefined): Promise<KnownBrowser | null> {
    const [id, adminId, seal, ...more] = text?.split('.') ?? [];
    if (!id || !adminId || !seal || more.length > 0) return null;
    const { signing, others } = await this.keysNow();
    const isRight = [signing, ...others].some((key) => isSame(seal, sealOf(key, id, adminId)));
    return isRight ? { id, adminId } : null;
  }

  private keysNow() {
    return this.keys.findAll(new Date(this.clock.wallMs()));
  }
}

function sealOf(key: string, id: string, adminId: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(`browser\n${id}\n${adminId}`).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  const [given, right] = [Buffer.from(one), Buffer.from(other)];
  return given.length === right.length && timingSafeEqual(given, right);
}
