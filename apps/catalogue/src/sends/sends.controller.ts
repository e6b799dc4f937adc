import { Controller } from '@nestjs/common';
import { type SendResult, sendRows } from '@sluice/contracts/catalogue/sends';
import { type Asked, Handles } from '@sluice/messaging/handles';
import { SendsService } from './sends.service';

@Controller()
export class SendsController {
  constructor(private readonly sends: SendsService) {}

  @Handles(sendRows)
  send({ head, bytes }: Asked<typeof sendRows>): Promise<SendResult> {
    return this.sends.send(head, bytes);
  }
}
