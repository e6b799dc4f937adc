import { Controller } from '@nestjs/common';
import { getCursorKey } from '@sluice/contracts/tokens/tokens';
import { Handles } from '@sluice/messaging/handles';
import { CursorKeyStore } from './cursor-key.store';

@Controller()
export class CursorKeyController {
  constructor(private readonly store: CursorKeyStore) {}

  @Handles(getCursorKey)
  async get(): Promise<{ key: string }> {
    return { key: await this.store.current() };
  }
}
